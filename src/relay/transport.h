// How a message leaves: the plug of the relay.  A transport takes values and answers with values;
// it knows nothing of leases, retries or reports.
//
// To add one: src/relay/transport_<name>.h/.cc with its _test.cc, and its line in app/carrier.cc.
#pragma once

#include "base/clock.h"
#include "base/deadline.h"
#include "base/result.h"
#include "base/store_fault.h"
#include "base/task.h"
#include "mail/envelope.h"
#include "net/stream.h"
#include "queue/queue_store.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace signet::relay {

// One message for some of its recipients: those that share a route (and see wants_one_domain).
struct Consignment {
    queue::QueueId id{};
    std::string account{};  // who submitted it, if that is known
    queue::Origin origin = queue::Origin::signet;
    mail::Envelope envelope{};  // at least one recipient; no domain is empty
    std::uint64_t octets = 0;   // of the content
    WallTime accepted{};
};

// From the beginning, each time it is called.
using OpenContent =
    std::function<Task<Result<std::unique_ptr<queue::ContentReader>, StoreFault>>()>;

struct Session;  // relay/session.h

// What is to be delivered.  What is referred to outlives the delivery.
struct Load {
    const Consignment& consignment;
    const OpenContent& open;
    Deadline deadline;
    // Before: one that an earlier message left open on the same way, or null.  Afterwards: one that
    // is open for another message, or null.
    std::unique_ptr<Session>& session;
};

// What stood in the way.  A closed set: it becomes the audit event's reason.
enum class Cause {
    remote,     // the next hop answered: see each recipient
    dns,        // no host for it is found: none there, not known, or it would be ourselves
    connect,    // nobody answers there
    tls,        // not offered, refused, failed, or somebody sat in between
    auth,       // it does not take our proof
    protocol,   // it does not speak SMTP
    lost,       // the connection broke
    content,    // the message could not be read, or cannot be sent there
    local,      // no space, no permission, too busy here
    route,      // no route fits
    expired,    // its lifetime is over
    discarded,  // on purpose: its route leads nowhere
};
// The reason of an audit event: "ok", "dns", "remote_4xx" …
std::string_view reason(Cause cause, queue::RecipientOutcome::Kind kind);

struct Answer {
    queue::RecipientOutcome::Kind kind = queue::RecipientOutcome::Kind::deferred;
    std::string reply{};       // "550 5.1.1 no such user (mx.example.net)"
    std::string remote_mta{};  // the host whose reply it is; empty: our own words
};

struct Attempt {
    std::vector<Answer> answers{};  // one for each recipient, in their order
    Cause cause = Cause::remote;
    std::string next_hop{};  // "smtp.example.net:465", or the directory
    std::optional<net::TlsInfo> tls{};
    std::string mechanism{};       // of AUTH, if there was one
    bool maybe_delivered = false;  // open behind the final dot: another try may deliver it twice
    queue::HandedTo handed_to = queue::HandedTo::mailbox;  // what was delivered
    bool kept_session = false;  // it went over one that an earlier message left open
};

// The same answer for everybody.
Attempt same_for_all(const Consignment& consignment, Cause cause, const Answer& answer,
                     std::string next_hop);
// Deferred, because the content could not be read.
Answer unreadable(StoreFault fault);

// Safe for concurrent use, from any I/O thread.
class Transport {
public:
    virtual ~Transport() = default;
    // Where the domain says who takes the mail: a consignment's recipients then share their domain.
    virtual bool wants_one_domain() const { return false; }
    // Never fails: what goes wrong is an answer.  Comes to an end soon after the deadline.
    virtual Task<Attempt> deliver(const Load& load) = 0;
};

}  // namespace signet::relay
