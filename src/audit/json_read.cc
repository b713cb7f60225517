#include "audit/json.h"
#include "audit/timestamp.h"

#include <boost/json.hpp>

#include <limits>

namespace signet::audit {
namespace {

namespace json = boost::json;

constexpr std::size_t kLineOctets = 4u << 20;

// Reads the members of one object; a member of another type is as good as absent.
class Reader {
public:
    explicit Reader(const json::object* object) : object_(object) {}

    explicit operator bool() const { return object_ != nullptr; }
    std::string text(std::string_view key) const {
        const auto* found = find(key);
        const auto* string = found ? found->if_string() : nullptr;
        return string ? std::string{string->data(), string->size()} : std::string{};
    }
    template <class Number>
    Number number(std::string_view key) const {
        const auto value = unsigned_number(key);
        return value && *value <= static_cast<std::uint64_t>(std::numeric_limits<Number>::max())
                   ? static_cast<Number>(*value)
                   : Number{};
    }
    std::optional<std::uint64_t> unsigned_number(std::string_view key) const {
        const auto* found = find(key);
        if (!found) return {};
        if (const auto* wide = found->if_uint64()) return *wide;
        const auto* value = found->if_int64();
        if (!value || *value < 0) return {};
        return static_cast<std::uint64_t>(*value);
    }
    double decimal(std::string_view key) const {
        const auto* found = find(key);
        if (!found || !found->is_number()) return 0;
        return found->is_double() ? found->get_double() : number<std::uint32_t>(key);
    }
    bool boolean(std::string_view key) const {
        const auto* found = find(key);
        return found && found->is_bool() && found->get_bool();
    }
    Reader object(std::string_view key) const {
        const auto* found = find(key);
        return Reader{found ? found->if_object() : nullptr};
    }
    const json::array* array(std::string_view key) const {
        const auto* found = find(key);
        return found ? found->if_array() : nullptr;
    }

private:
    const json::value* find(std::string_view key) const {
        return object_ ? object_->if_contains(json::string_view{key.data(), key.size()}) : nullptr;
    }
    const json::object* object_;
};

template <class Enum>
std::optional<Enum> enum_of(std::string_view text, std::initializer_list<Enum> all) {
    for (const auto value : all) {
        if (name(value) == text) return value;
    }
    return {};
}

bool read_what(const Reader& in, Event& event) {
    const auto time = parse_timestamp(in.text("time"));
    using enum Outcome;
    const auto outcome = enum_of(in.text("outcome"), {success, failure, aborted, error});
    using enum Severity;
    const auto severity = enum_of(in.text("severity"), {info, notice, warning, critical});
    event.event = in.text("event");
    if (!time || !outcome || !severity || event.event.empty()) return false;
    event.time = *time;
    event.outcome = *outcome;
    event.severity = *severity;
    event.id = in.text("id");
    event.reason = in.text("reason");
    event.service = in.text("service");
    event.frontend = in.text("frontend");
    event.session_id = in.text("session_id");
    return true;
}

void read_where(const Reader& in, Event& event) {
    const auto client = in.object("client");
    event.client = {client.text("ip"), client.number<std::uint16_t>("port"), client.text("ehlo"),
                    client.text("proxy_ip")};
    const auto server = in.object("server");
    event.server = {server.text("ip"), server.number<std::uint16_t>("port")};
    if (const auto tls = in.object("tls")) {
        event.tls =
            Tls{tls.text("version"), tls.text("cipher"), tls.text("sni"), tls.boolean("implicit")};
    }
}

void read_who(const Reader& in, Event& event) {
    event.user_name = in.object("user").text("name");
    event.account_name = in.object("account").text("name");
    event.authzid = in.text("authzid");
    event.mechanism = in.text("mechanism");
    event.credential_kind = in.object("credential").text("kind");
    event.credential_id = in.object("credential").text("id");
}

void read_decision(const Reader& in, Event& event) {
    event.policy_rule = in.object("policy").text("rule");
    event.policy_action = in.object("policy").text("action");
    event.smtp = {in.object("smtp").number<int>("code"), in.object("smtp").text("enhanced")};
    event.latency_ms = in.decimal("latency_ms");
    if (const auto repeat = in.object("repeat")) {
        event.repeat_count = repeat.number<unsigned>("count");
    }
}

void read_message(const Reader& in, Event& event) {
    const auto message = in.object("message");
    if (!message) return;
    auto& to = event.message.emplace();
    to.queue_id = message.text("queue_id");
    to.message_id = message.text("id");
    to.sender = message.text("sender");
    to.size = message.number<std::uint64_t>("size");
    const auto* recipients = message.array("recipients");
    if (!recipients) return;
    for (const auto& recipient : *recipients) {
        if (const auto* text = recipient.if_string()) {
            to.recipients.emplace_back(text->data(), text->size());
        }
    }
}

void read_admin(const Reader& in, Event& event) {
    if (const auto actor = in.object("actor")) {
        event.actor = Actor{actor.text("id"), actor.text("name"), actor.text("via")};
    }
    if (const auto target = in.object("target")) {
        event.target = Target{target.text("kind"), target.text("id"), target.text("name")};
    }
    const auto* changes = in.array("change");
    if (!changes) return;
    for (const auto& member : *changes) {
        const Reader change{member.if_object()};
        if (change) {
            event.change.push_back({change.text("field"), change.text("old"), change.text("new")});
        }
    }
}

}  // namespace

std::optional<Recorded> parse_json(std::string_view line) {
    if (line.size() > kLineOctets) return {};
    json::error_code fault;
    const auto value = json::parse(json::string_view{line.data(), line.size()}, fault);
    if (fault) return {};
    const Reader in{value.if_object()};
    Recorded recorded;
    auto& event = recorded.event;
    const auto seq = in.unsigned_number("seq");
    if (in.text("schema") != kSchema || !seq || !read_what(in, event)) return {};
    recorded.stamp = {*seq, in.text("node"), in.text("instance")};
    read_where(in, event);
    read_who(in, event);
    read_decision(in, event);
    read_message(in, event);
    if (const auto delivery = in.object("delivery")) {
        event.delivery = Delivery{delivery.text("route"), delivery.text("next_hop"),
                                  delivery.number<unsigned>("attempt")};
    }
    read_admin(in, event);
    event.detail = in.text("detail");
    return recorded;
}

}  // namespace signet::audit
