#include "queue/record.h"

#include "base/crc32c.h"
#include "queue/entry.h"
#include "queue/octets.h"
#include "queue/seal.h"

#include <algorithm>

namespace signet::queue {
namespace {

constexpr std::string_view kEntryKind = "SGQE";
constexpr std::string_view kContentKind = "SGQC";
constexpr std::size_t kMaxLocalPart = 255;
constexpr std::size_t kMaxDomain = 255;
constexpr std::size_t kMaxName = 1'024;
constexpr std::size_t kMaxMessageId = 2'048;

template <class Io, class Time>
bool time(Io& io, Time& value) {
    std::int64_t micros = value.time_since_epoch().count();
    if (!io.number(micros)) return false;
    if constexpr (Io::kReads) value = WallTime{std::chrono::microseconds{micros}};
    return true;
}

template <class Io, class Mailbox>
bool mailbox(Io& io, Mailbox& value) {
    return io.text(value.local_part, kMaxLocalPart) && io.text(value.domain, kMaxDomain);
}

// One octet: 1 asked, 2 success, 4 failure, 8 delay.  Without the first there is no other.
template <class Io, class Notify>
bool notify(Io& io, Notify& value) {
    auto bits = static_cast<std::uint8_t>(value.asked | value.success << 1 | value.failure << 2 |
                                          value.delay << 3);
    if (!io.number(bits) || bits > 15 || (bits & 1) == (bits == 0)) return false;
    if constexpr (Io::kReads) {
        value = {(bits & 1) != 0, (bits & 2) != 0, (bits & 4) != 0, (bits & 8) != 0};
    }
    return true;
}

template <class Io, class Recipient>
bool recipient(Io& io, Recipient& value, std::uint8_t version) {
    if (!mailbox(io, value.mailbox)) return false;
    return version == 1 ||
           (notify(io, value.notify) && io.text(value.original, mail::kOriginalOctets));
}

// What version 2 added.
template <class Io, class Envelope>
bool extensions(Io& io, Envelope& value, std::uint8_t version) {
    return version == 1 ||
           (io.flag(value.smtputf8) && io.choice(value.ret, mail::Return::headers) &&
            io.text(value.envid, mail::kEnvidOctets));
}

template <class Io, class Status>
bool status(Io& io, Status& value, std::uint8_t version) {
    return io.choice(value.state, RecipientState::failed) && io.text(value.last_reply, kMaxReply) &&
           (version < 3 || io.flag(value.delay_notified));
}

// The order of the fields is the format.
template <class Io, class E>
bool fields(Io& io, E& entry, std::uint8_t version) {
    auto& info = entry.info;
    const auto one_mailbox = [](Io& in, auto& value) { return mailbox(in, value); };
    const auto one_recipient = [version](Io& in, auto& value) {
        return recipient(in, value, version);
    };
    const auto one_status = [version](Io& in, auto& value) { return status(in, value, version); };
    return io.ulid(entry.id) && io.text(info.account, kMaxName) &&
           io.text(info.session_id, kMaxName) && io.text(info.message_id, kMaxMessageId) &&
           io.text(info.prepend, kMaxPrepend) && time(io, info.accepted) &&
           maybe(io, info.envelope.sender.mailbox, one_mailbox) &&
           io.choice(info.envelope.body, mail::Body::eight_bit_mime) &&
           extensions(io, info.envelope, version) &&
           list(io, info.envelope.recipients, kMaxRecipients, one_recipient) &&
           list(io, entry.recipients, kMaxRecipients, one_status) &&
           io.number(entry.content_octets) && time(io, entry.due) && io.number(entry.attempts);
}

// These end up in commands and reports: a line end in them must not come from here, either.
bool is_clean(std::string_view text) {
    return std::ranges::none_of(text, [](char c) { return (c >= 0 && c < ' ') || c == 0x7F; });
}

// What no store has ever written, however well it is formed.
bool makes_sense(const Entry& entry) {
    const auto& envelope = entry.info.envelope;
    const bool clean =
        is_clean(envelope.envid) &&
        std::ranges::all_of(envelope.recipients, is_clean, &mail::Recipient::original);
    return clean && !entry.recipients.empty() &&
           entry.recipients.size() == entry.info.envelope.recipients.size() &&
           entry.content_octets >= entry.info.prepend.size();
}

template <class Io, class Head>
bool head_fields(Io& io, Head& head) {
    return io.flag(head.in_file) && io.number(head.octets) && io.number(head.checksum);
}

}  // namespace

Result<std::string, RecordFault> encode_entry(const Entry& entry) {
    Writer out;
    if (!makes_sense(entry) || !fields(out, entry, kEntryVersion)) return fail(RecordFault::shape);
    const auto payload = out.take();
    if (payload.size() > kMaxRecord - kFrame) return fail(RecordFault::shape);
    return seal(kEntryKind, payload, kEntryVersion);
}

Result<Entry, RecordFault> decode_entry(std::string_view record) {
    const auto unsealed = unseal(kEntryKind, record, kEntryVersion);
    if (!unsealed) return fail(unsealed.error());
    if (record.size() != kFrame + unsealed->payload.size()) return fail(RecordFault::length);
    Entry entry;
    Reader in{unsealed->payload};
    if (!fields(in, entry, unsealed->version) || !in.at_end() || !makes_sense(entry))
        return fail(RecordFault::shape);
    return entry;
}

std::string encode_content_head(const ContentHead& head) {
    Writer out;
    head_fields(out, head);
    return seal(kContentKind, out.take());
}

Result<ContentRecord, RecordFault> decode_content(std::string_view record) {
    const auto unsealed = unseal(kContentKind, record);
    if (!unsealed) return fail(unsealed.error());
    ContentRecord content;
    Reader in{unsealed->payload};
    if (!head_fields(in, content.head) || !in.at_end()) return fail(RecordFault::shape);
    content.inlined = record.substr(kFrame + unsealed->payload.size());
    const auto follow = content.head.in_file ? 0 : content.head.octets;
    if (content.inlined.size() != follow) return fail(RecordFault::length);
    if (!content.head.in_file && crc32c(content.inlined) != content.head.checksum) {
        return fail(RecordFault::checksum);
    }
    return content;
}

}  // namespace signet::queue
