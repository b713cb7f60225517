// A message in the queue, from promise to outcome.  Postfix's words.
//
//   Draft ──commit──▶ Accepted      the promise: it is on disk
//   Entry ──claim──▶ Lease ──settle(Outcome)──▶ delivered, deferred or failed, each recipient
#pragma once

#include "audit/event.h"
#include "base/clock.h"
#include "base/ulid.h"
#include "mail/envelope.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace signet::queue {

using QueueId = Ulid;  // also the file name of a large body

// Where a message comes from.
enum class Origin {
    login,     // a client that had proven who it is, or was trusted for where it is
    stranger,  // an unproven client of an mx listener
    signet,    // Signet itself: a report
};

// What accompanies the content.  prepend: header fields in front of it (Received, signatures),
// complete lines with CRLF, so that they can be made after the content was seen.
struct MessageInfo {
    mail::Envelope envelope;
    std::string account;     // who submitted it; empty: nobody who is known, see origin()
    std::string session_id;  // empty: Signet itself
    std::string message_id;  // the Message-ID field, for the audit trail
    std::string prepend;
    WallTime accepted{};

    Origin origin() const {
        if (!account.empty()) return Origin::login;
        return session_id.empty() ? Origin::signet : Origin::stranger;
    }
};

enum class RecipientState {
    pending,
    delivered,
    failed
};
std::string_view name(RecipientState state);

struct RecipientStatus {
    RecipientState state = RecipientState::pending;
    std::string last_reply;       // "451 4.7.1 greylisted (mx.example.net)"; at most 1'024 octets
    bool delay_notified = false;  // the sender was told that it takes longer: once is enough
};

// Where an entry is just now.  Not in its record: the store that keeps it knows.
enum class State {
    incoming,  // not tried yet
    active,    // being delivered
    deferred,  // tried, and to be tried again
    hold,      // an operator wants it to wait
};
std::string_view name(State state);
std::optional<State> state_named(std::string_view text);

struct Entry {
    QueueId id;
    MessageInfo info;
    std::uint64_t content_octets = 0;         // with prepend
    std::vector<RecipientStatus> recipients;  // as in info.envelope.recipients
    WallTime due{};                           // when it may be tried next
    unsigned attempts = 0;
    State state = State::incoming;  // as the store answered; a decoded record alone is incoming
};

// Held by one worker until `until`; then anyone may claim the entry again.
struct Lease {
    Entry entry;
    std::uint64_t token = 0;
    WallTime until{};
};

// Who has what was delivered, and so who reports of it from here on (RFC 3461 §5.2).
enum class HandedTo {
    mailbox,
    hop_with_dsn,
    hop_without_dsn,
};

struct RecipientOutcome {
    std::size_t recipient = 0;  // index into Entry::recipients
    enum class Kind {
        delivered,
        deferred,
        failed
    } kind = Kind::deferred;
    std::string reply{};
    std::string remote_mta{};  // the host whose reply it is; empty: our own words
    HandedTo handed_to = HandedTo::mailbox;
    bool delay_notified = false;  // this outcome tells the sender that it takes longer
};

// A message that Signet writes itself, small enough to hold: a delivery status report.
struct Report {
    QueueId id;
    MessageInfo info;
    std::string content;
};

// What a sender is told at once, when its message is taken, and the events that say so.
struct ToldAtOnce {
    std::vector<Report> reports{};
    std::vector<audit::Event> events{};
};

// All of it becomes true in one commit, or nothing does.  An entry without pending recipients
// leaves the queue.
struct Outcome {
    std::vector<RecipientOutcome> recipients{};
    WallTime retry_at{};  // for those that stay pending
    std::vector<Report> reports{};
    std::vector<audit::Event> events{};
};

}  // namespace signet::queue
