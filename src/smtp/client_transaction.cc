#include "smtp/client_transaction.h"

#include "base/invariant.h"
#include "mail/idna.h"
#include "smtp/xtext.h"

#include <algorithm>
#include <utility>

namespace signet::smtp {
namespace {

using Kind = RecipientResult::Kind;
using mail::Body;

// RFC 2920 §3.1 warns of both sides waiting in a full window.  64 answers of ordinary length fit
// the smallest socket buffer.
constexpr std::size_t kPipelinedCommands = 64;

// A path as it may go on the wire.  An address came through a parser once; here it must still not
// be able to end the line (CVE-2020-28021 was a newline in a stored parameter).
std::optional<std::string> wire_path(const std::string& address) {
    const auto printable = [](char c) { return c >= 0x20 && c < 0x7F; };
    const bool clean = mail::is_ascii(address) ? std::ranges::all_of(address, printable)
                                               : mail::is_visible(address);
    if (address.empty() || !clean) return {};
    return "<" + address + ">";
}

// "<Postmaster>" has no domain (RFC 5321 §4.1.1.3).
std::string address_of(const mail::Mailbox& mailbox) {
    return mailbox.domain.empty() ? mailbox.local_part : mailbox.text();
}

RecipientResult ours(Kind kind, Reply reply) {
    return {.kind = kind, .reply = std::move(reply), .from_next_hop = false};
}

RecipientResult refusal(const Reply& reply) {
    return {.kind = reply.permanent() ? Kind::failed : Kind::deferred,
            .reply = reply,
            .from_next_hop = true};
}

// These say that the server wants a proof or TLS first: something is wrong with how it is set up
// here, not with the message (RFC 4954 §6).
bool blames_the_setting(int code) {
    return code == 530 || code == 534 || code == 535 || code == 538;
}

// RFC 5321 §4.5.3.1.10: old servers say 552 for "too many recipients" and mean 452.  A full
// mailbox is 552 too, but says so in its enhanced status.
bool means_too_many(const Reply& reply) {
    return reply.code == 552 && (!reply.status || *reply.status == EnhancedStatus{5, 5, 3});
}

Result<std::string, ContentFault> encode(DataEncoder& encoder, std::string_view part) {
    std::string out;
    out.reserve(part.size() + part.size() / 32 + 8);
    const auto done = part.empty() ? encoder.finish(out) : encoder.encode(part, out);
    if (!done) return fail(ContentFault{ContentFault::Kind::bare_newline, done.error().offset});
    return out;
}

Result<std::string, ContentFault> encode(ChunkEncoder& encoder, std::string_view part) {
    return encoder.take(part);
}

}  // namespace

ClientTransaction::ClientTransaction(Outgoing message, FinalReplies finals)
    : message_(std::move(message)),
      finals_(finals),
      results_(message_.envelope.recipients.size()),
      unsettled_(results_.size()) {
    INVARIANT(!results_.empty(), "a message is sent to somebody");
}

void ClientTransaction::begin(const Capabilities& offered) {
    const auto& envelope = message_.envelope;
    manner_.international =
        envelope.smtputf8 || !mail::is_ascii(envelope.sender.text()) ||
        std::ranges::any_of(envelope.recipients, [](const mail::Recipient& recipient) {
            return !mail::is_ascii(recipient.mailbox.local_part);
        });
    manner_.dsn = offered.dsn;
    refuse_unsendable();
    refuse_untakeable(offered);
    manner_.mail_parameters = mail_parameters(offered);
    if (offered.pipelining) manner_.window = kPipelinedCommands;
    if (offered.chunking) encoder_ = ChunkEncoder{message_.octets};
    if (unsettled_ == 0) phase_ = Phase::done;
}

// What the next hop cannot take at all, we do not convert.
void ClientTransaction::refuse_untakeable(const Capabilities& offered) {
    const auto fail_all = [this](int code, EnhancedStatus status, std::string text) {
        settle_rest(ours(Kind::failed, reply(code, status, std::move(text))));
    };
    // RFC 6531 §3.5: to a server without SMTPUTF8 such a message MUST NOT be sent.
    if (manner_.international && !offered.smtputf8) {
        fail_all(553, {5, 6, 7}, "the message needs SMTPUTF8, which the next hop does not offer");
    }
    // RFC 6152 §3: a client must not send 8-bit text as it is.
    if (message_.envelope.body == Body::eight_bit_mime && !offered.eight_bit_mime) {
        fail_all(554, {5, 6, 3}, "the next hop takes no 8-bit text");
    }
    if (offered.size_limit.value_or(0) != 0 && message_.octets > *offered.size_limit) {
        fail_all(552, {5, 3, 4},
                 "the message has " + std::to_string(message_.octets) +
                     " octets, the next hop takes " + std::to_string(*offered.size_limit));
    }
}

std::string ClientTransaction::mail_parameters(const Capabilities& offered) const {
    const auto& envelope = message_.envelope;
    std::string text;
    if (offered.size_limit) text += " SIZE=" + std::to_string(message_.octets);
    if (envelope.body == Body::eight_bit_mime) text += " BODY=8BITMIME";
    if (manner_.international) text += " SMTPUTF8";
    if (!manner_.dsn) return text;
    // RFC 3461 §5.2.1: to a server that takes them, they are passed on as they are.
    if (envelope.ret == mail::Return::full) text += " RET=FULL";
    if (envelope.ret == mail::Return::headers) text += " RET=HDRS";
    if (!envelope.envid.empty()) text += " ENVID=" + encode_xtext(envelope.envid);
    return text;
}

void ClientTransaction::refuse_unsendable() {
    const auto& sender = message_.envelope.sender;
    if (!sender.is_null() && !wire_path(sender.text())) {
        settle_rest(ours(Kind::failed, reply(553, {5, 1, 7}, "the sender cannot be sent by SMTP")));
    }
    for (std::size_t i = 0; i < results_.size(); ++i) {
        if (wire_path(address_of(message_.envelope.recipients[i].mailbox))) {
            sendable_.push_back(i);
        } else {
            settle(i, ours(Kind::failed, reply(553, {5, 1, 3}, "the address cannot be sent")));
        }
    }
}

std::string ClientTransaction::command(std::size_t number) const {
    if (number == 0) {
        return "MAIL FROM:<" + message_.envelope.sender.text() + ">" + manner_.mail_parameters +
               "\r\n";
    }
    if (number > sendable_.size()) return "DATA\r\n";
    return recipient_command(message_.envelope.recipients[sendable_[number - 1]]);
}

std::string ClientTransaction::recipient_command(const mail::Recipient& recipient) const {
    auto line = "RCPT TO:" + *wire_path(address_of(recipient.mailbox));
    if (manner_.dsn && recipient.notify.asked) line += " NOTIFY=" + text_of(recipient.notify);
    if (manner_.dsn && !recipient.original.empty()) {
        line += " ORCPT=" + encode_original(recipient.original);
    }
    return line + "\r\n";
}

std::string ClientTransaction::take_commands() {
    if (std::exchange(lone_dot_, false)) {
        ++sent_;
        return ".\r\n";
    }
    std::string out;
    while (phase_ == Phase::commands && sent_ <= last_command() &&
           sent_ - answered_ < manner_.window && unsettled_ > 0) {
        out += command(sent_++);
    }
    return out;
}

void ClientTransaction::answered(const Reply& reply) {
    INVARIANT(awaits_reply(), "an answer belongs to a command");
    const auto number = answered_++;
    if (phase_ == Phase::final_reply) return final_answered(reply);
    command_answered(number, reply);
    if (phase_ == Phase::commands && !awaits_reply()) conclude_commands();
}

void ClientTransaction::command_answered(std::size_t number, const Reply& reply) {
    const bool is_data = number > sendable_.size();
    const bool fits = reply.code >= 400 || (is_data ? reply.code == 354 : reply.code < 300);
    if (!fits) {
        phase_ = Phase::out_of_step;
    } else if (reply.positive()) {
        open_.data = is_data;
        open_.mail_taken |= number == 0;
        open_.transaction = true;  // MAIL comes first: without it nothing else is taken
    } else if (number == 0 || is_data) {
        auto result = refusal(reply);
        if (blames_the_setting(reply.code)) result.kind = Kind::deferred;
        settle_rest(result);
    } else {
        auto result = refusal(reply);
        if (means_too_many(reply)) result.kind = Kind::deferred;
        settle(sendable_[number - 1], std::move(result));
    }
}

// Everything that was sent is answered.
void ClientTransaction::conclude_commands() {
    const bool recipients_taken = by_chunk() && sent_ > last_command();
    if ((open_.data || recipients_taken) && unsettled_ > 0) {
        phase_ = Phase::content;
    } else if (open_.data && finals_ == FinalReplies::one_each) {
        phase_ = Phase::out_of_step;  // RFC 2033 §4.2: DATA MUST fail where nobody was taken
    } else if (open_.data) {
        // RFC 2920 §3.1: the server took DATA although it had refused everybody.  A lone dot.
        phase_ = Phase::final_reply;
        lone_dot_ = true;
    } else if (unsettled_ == 0) {
        phase_ = Phase::done;
    }
}

Result<std::string, ContentFault> ClientTransaction::content(std::string_view part) {
    INVARIANT(phase_ == Phase::content, "content is sent when it is wanted");
    auto out = std::visit([&](auto& encoder) { return encode(encoder, part); }, encoder_);
    if (out && part.empty()) {
        open_.verdict = true;
        phase_ = Phase::final_reply;
        sent_ += finals_ == FinalReplies::one ? 1 : unsettled_;
    }
    return out;
}

void ClientTransaction::final_answered(const Reply& reply) {
    if (reply.code >= 300 && reply.code < 400) {
        phase_ = Phase::out_of_step;
        return;
    }
    auto result = refusal(reply);
    if (reply.positive()) result.kind = Kind::delivered;
    finals_ == FinalReplies::one ? settle_rest(result) : settle_next(result);
    if (unsettled_ > 0) return;
    phase_ = Phase::done;
    // RFC 5321 §4.1.1.4: whatever the reply was, the buffers are empty.
    open_.transaction = open_.verdict = false;
}

// The first of those who were taken and have no answer yet.
void ClientTransaction::settle_next(const RecipientResult& result) {
    const auto waits = [this](std::size_t recipient) { return !results_[recipient]; };
    settle(*std::ranges::find_if(sendable_, waits), result);
}

void ClientTransaction::settle(std::size_t recipient, RecipientResult result) {
    auto& slot = results_[recipient];
    if (slot) return;
    slot = std::move(result);
    --unsettled_;
}

void ClientTransaction::settle_rest(const RecipientResult& result) {
    for (std::size_t i = 0; i < results_.size(); ++i) settle(i, result);
}

std::vector<RecipientResult> ClientTransaction::results() const {
    INVARIANT(unsettled_ == 0, "every recipient has a result at the end");
    std::vector<RecipientResult> all;
    all.reserve(results_.size());
    for (const auto& result : results_) all.push_back(*result);
    return all;
}

}  // namespace signet::smtp
