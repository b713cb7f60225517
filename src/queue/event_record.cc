#include "base/invariant.h"
#include "queue/octets.h"
#include "queue/record.h"
#include "queue/seal.h"

#include <bit>

namespace signet::queue {
namespace {

constexpr std::string_view kEventKind = "SGQV";
constexpr std::size_t kMaxText = 4'096;
constexpr std::size_t kMaxAddress = 512;
constexpr std::size_t kMaxNames = 10'000;
constexpr std::size_t kMaxChanges = 256;

template <class Io, class Client>
bool client(Io& io, Client& value, std::uint8_t version) {
    return io.text(value.ip, kMaxText) && io.number(value.port) && io.text(value.ehlo, kMaxText) &&
           (version == 1 || io.text(value.proxy_ip, kMaxText));
}

template <class Io, class Tls>
bool tls(Io& io, Tls& value) {
    return io.text(value.version, kMaxText) && io.text(value.cipher, kMaxText) &&
           io.text(value.sni, kMaxText) && io.flag(value.implicit);
}

template <class Io, class Message>
bool message(Io& io, Message& value) {
    return io.text(value.queue_id, kMaxText) && io.text(value.message_id, kMaxText) &&
           io.text(value.sender, kMaxText) &&
           list(io, value.recipients, kMaxNames,
                [](Io& in, auto& name) { return in.text(name, kMaxAddress); }) &&
           io.number(value.size);
}

template <class Io, class Change>
bool change(Io& io, Change& value) {
    return io.text(value.field, kMaxText) && io.text(value.old_value, kMaxText) &&
           io.text(value.new_value, kMaxText);
}

template <class Io, class Delivery>
bool delivery(Io& io, Delivery& value) {
    return io.text(value.route, kMaxText) && io.text(value.next_hop, kMaxText) &&
           io.number(value.attempt);
}

template <class Io, class Named>
bool named(Io& io, Named& first, Named& second, Named& third) {
    return io.text(first, kMaxText) && io.text(second, kMaxText) && io.text(third, kMaxText);
}

template <class Io, class E>
bool when_and_latency(Io& io, E& event) {
    std::int64_t micros = event.time.time_since_epoch().count();
    auto latency = std::bit_cast<std::uint64_t>(event.latency_ms);
    if (!io.number(micros) || !io.number(latency)) return false;
    if constexpr (Io::kReads) {
        event.time = WallTime{std::chrono::microseconds{micros}};
        event.latency_ms = std::bit_cast<double>(latency);
    }
    return true;
}

template <class Io, class E>
bool texts(Io& io, E& event) {
    for (auto* text : {&event.event, &event.reason, &event.service, &event.frontend,
                       &event.session_id, &event.user_name, &event.account_name, &event.mechanism,
                       &event.credential_kind, &event.credential_id, &event.authzid,
                       &event.policy_rule, &event.policy_action, &event.detail}) {
        if (!io.text(*text, kMaxText)) return false;
    }
    return true;
}

// The order of the fields is the format.
template <class Io, class E>
bool fields(Io& io, E& event, std::uint8_t version) {
    const auto one_tls = [](Io& in, auto& value) { return tls(in, value); };
    const auto one_message = [](Io& in, auto& value) { return message(in, value); };
    const auto one_delivery = [](Io& in, auto& value) { return delivery(in, value); };
    const auto one_actor = [](Io& in, auto& v) { return named(in, v.id, v.name, v.via); };
    const auto one_target = [](Io& in, auto& v) { return named(in, v.kind, v.id, v.name); };
    const auto one_change = [](Io& in, auto& value) { return change(in, value); };
    return io.text(event.id, kMaxText) && when_and_latency(io, event) && texts(io, event) &&
           io.choice(event.outcome, audit::Outcome::error) &&
           io.choice(event.severity, audit::Severity::critical) &&
           client(io, event.client, version) && io.text(event.server.ip, kMaxText) &&
           io.number(event.server.port) && maybe(io, event.tls, one_tls) &&
           io.number(event.smtp.code) && io.text(event.smtp.enhanced, kMaxText) &&
           io.number(event.repeat_count) && maybe(io, event.message, one_message) &&
           maybe(io, event.delivery, one_delivery) && maybe(io, event.actor, one_actor) &&
           maybe(io, event.target, one_target) && list(io, event.change, kMaxChanges, one_change);
}

// Goes over the fields like a Writer and cuts what is too long: an event is never lost for a field.
class Trimmer {
public:
    static constexpr bool kReads = false;
    bool number(auto) { return true; }
    bool flag(bool) { return true; }
    bool choice(auto, auto) { return true; }
    bool text(std::string& value, std::size_t limit) {
        if (value.size() > limit) value.resize(limit);
        return true;
    }
};

void trim(audit::Event& event) {
    if (event.message && event.message->recipients.size() > kMaxNames) {
        event.message->recipients.resize(kMaxNames);
    }
    if (event.change.size() > kMaxChanges) event.change.resize(kMaxChanges);
    Trimmer trimmer;
    fields(trimmer, event, kEventVersion);
}

}  // namespace

std::string encode_event(audit::Event event) {
    trim(event);
    Writer out;
    const bool written = fields(out, event, kEventVersion);
    INVARIANT(written, "a trimmed event fits");
    return seal(kEventKind, out.take(), kEventVersion);
}

Result<audit::Event, RecordFault> decode_event(std::string_view record) {
    const auto unsealed = unseal(kEventKind, record, kEventVersion);
    if (!unsealed) return fail(unsealed.error());
    if (record.size() != kFrame + unsealed->payload.size()) return fail(RecordFault::length);
    audit::Event event;
    Reader in{unsealed->payload};
    if (!fields(in, event, unsealed->version) || !in.at_end()) return fail(RecordFault::shape);
    return event;
}

}  // namespace signet::queue
