// One message from MAIL to the reply behind the final dot, from the client's side: the part of
// ClientProtocol that knows recipients.  Without input or output; not safe for concurrent use.
//
//   commands ──354──▶ content ──finish──▶ final_reply ──▶ done
//       └── refused, or nobody left ──▶ done          an answer that fits nowhere ──▶ out_of_step
//
// Where CHUNKING is offered the content goes by BDAT, and no 354 is waited for (RFC 3030).
#pragma once

#include "mail/envelope.h"
#include "smtp/capabilities.h"
#include "smtp/chunk_encoder.h"
#include "smtp/data_encoder.h"
#include "smtp/reply.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace signet::smtp {

// What is to be sent.  octets: of the content, before dots are stuffed (for SIZE, and for BDAT).
// REQUIRES: at least one recipient.
struct Outgoing {
    mail::Envelope envelope{};
    std::uint64_t octets = 0;
};

// Behind the final dot: one answer for the message, or one for each recipient that was taken, in
// their order (LMTP, RFC 2033 §4.2).
enum class FinalReplies {
    one,
    one_each
};

struct RecipientResult {
    enum class Kind {
        delivered,
        deferred,
        failed
    } kind = Kind::deferred;
    Reply reply;                 // the next hop's; where it gave none, one of ours in its place
    bool from_next_hop = false;  // which of the two
};

class ClientTransaction {
public:
    enum class Phase {
        commands,
        content,
        final_reply,
        done,
        out_of_step
    };

    ClientTransaction(Outgoing message, FinalReplies finals);

    // The same, from the beginning, for another message.
    ClientTransaction another(Outgoing message) const { return {std::move(message), finals_}; }

    // What the server offers decides how it is sent, or that it cannot be sent at all: then the
    // phase is done at once.
    void begin(const Capabilities& offered);
    Phase phase() const { return phase_; }

    // Commands that may go out now, complete lines; empty: wait for an answer.
    std::string take_commands();
    // The answer to the oldest command that has none.  REQUIRES: awaits_reply().
    void answered(const Reply& reply);
    bool awaits_reply() const { return answered_ < sent_; }

    // The octets to send for the next part of the content, perhaps none; an empty part is its end.
    // On a fault nothing more may be sent (class 2 of outbound smuggling).
    // REQUIRES: phase() == content.
    Result<std::string, ContentFault> content(std::string_view part);

    bool settled() const { return unsettled_ == 0; }
    // All of the content went out, and somebody has no answer to it.
    bool may_be_taken() const { return open_.verdict; }
    // Gives those without a result this one.
    void settle_rest(const RecipientResult& result);
    // The server has begun a transaction and not ended it: another one begins with RSET.
    bool left_open() const { return open_.transaction; }
    bool mail_taken() const { return open_.mail_taken; }
    // One for each recipient, in their order.  REQUIRES: none is without a result.
    std::vector<RecipientResult> results() const;

private:
    bool by_chunk() const { return std::holds_alternative<ChunkEncoder>(encoder_); }
    // DATA; or the last RCPT, where BDAT follows.
    std::size_t last_command() const { return sendable_.size() + (by_chunk() ? 0 : 1); }
    std::string command(std::size_t number) const;
    std::string recipient_command(const mail::Recipient& recipient) const;
    void refuse_unsendable();
    void refuse_untakeable(const Capabilities& offered);
    std::string mail_parameters(const Capabilities& offered) const;
    void settle(std::size_t recipient, RecipientResult result);
    void command_answered(std::size_t number, const Reply& reply);
    void final_answered(const Reply& reply);
    void settle_next(const RecipientResult& result);
    void conclude_commands();

    Outgoing message_;
    FinalReplies finals_;
    std::vector<std::size_t> sendable_;  // recipients whose address can go on the wire
    std::vector<std::optional<RecipientResult>> results_;
    std::size_t unsettled_;
    // How it is sent, as far as the server's offer decides that.
    struct Manner {
        std::string mail_parameters;
        std::size_t window = 1;      // commands that may wait for an answer at a time
        bool international = false;  // an address or a header is not ASCII
        bool dsn = false;            // the server takes RFC 3461's parameters
    } manner_;
    std::size_t sent_ = 0, answered_ = 0;
    // On the server's side.
    struct Open {
        bool mail_taken = false;   // now or before
        bool transaction = false;  // since MAIL
        bool data = false;         // since the 354
        bool verdict = false;      // since the end of the content went out
    } open_;
    bool lone_dot_ = false;
    std::variant<DataEncoder, ChunkEncoder> encoder_;  // for DATA, or for BDAT
    Phase phase_ = Phase::commands;
};

}  // namespace signet::smtp
