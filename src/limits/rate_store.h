// Where it is counted how many there were: messages of accounts, connections of client networks.
#pragma once

#include "base/rate.h"
#include "base/result.h"
#include "base/store_fault.h"
#include "base/task.h"
#include "limits/decision.h"

#include <compare>
#include <cstdint>
#include <string>

namespace signet::limits {

// What is counted, and whose.  An account and a trusted network may have the same name, and are
// counted apart: that is why there are two of each.
struct Key {
    enum class Of {
        account_messages,
        account_recipients,
        credential_messages,  // of one credential of an account: its name, NUL, the id
        credential_recipients,
        network_messages,  // of a trusted network, setting [[network]]
        network_recipients,
        client_connections,  // of a client network (client_network in base/ip.h)
        client_commands,
    };
    Of of = Of::account_messages;
    std::string who = {};
    auto operator<=>(const Key&) const = default;
};
inline constexpr std::size_t kKinds = 8;  // of Key::Of

struct Ask {
    Key key;
    Rate rate;  // in force now: another one may come with the next
    std::uint64_t count = 1;
};

// Conformance: tests/conformance/rate_store.h.  Safe for concurrent use: of any number that ask at
// the same time, no more are allowed than the rate has.  A rate without limit allows everything
// and counts nothing.  The time is the store's.
//
// Faults: unavailable, full, deadline.  Whoever asks lets the client go on, and says in the audit
// log that it went uncounted (reason `rate_uncounted`): who asks is signed in, or is about to be
// held to everything else; to stop all mail because a counter is away would do to everybody what
// the limit spares them from one.
class RateStore {
public:
    virtual ~RateStore() = default;
    // Whether they would be allowed now; counts nothing, and promises nothing.
    virtual Task<Result<Decision, StoreFault>> room(Ask ask) = 0;
    // All of them are allowed and counted, or none.
    virtual Task<Result<Decision, StoreFault>> take(Ask ask) = 0;
    // What was taken has come to nothing.  place: of the decision.
    virtual Task<Result<void, StoreFault>> give_back(Ask ask, std::int64_t place) = 0;
};

}  // namespace signet::limits
