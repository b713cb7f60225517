// Who guesses passwords, and what it costs him: a pure account of failures, with time as a value.
//
// Two things are counted, both of one network (client_network in base/ip.h):
//   - different wrong passwords for one account: at `failures` within `window` the network may not
//     try that account for `ban`.  The same wrong password again is one failure, since a phone
//     that was not told of the new password is no attack; and each failure counted before delays
//     the answer to the next;
//   - accounts that it fails at: at `names` within `names_window` it may try none for
//     `names_ban`.
// A pair that is exempt (the account signed in from there lately, or the network must not be
// banned) is delayed, and neither banned nor counted among the accounts a network fails at.  So
// neither the victim nor the office is locked out, only strangers.
#pragma once

#include "base/clock.h"
#include "limits/recent.h"
#include "settings/snapshot.h"

#include <chrono>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace signet::limits {

// Who tries whom.  account: a key of the name as folded, whether there is such an account or not,
// so that bans tell nothing; what people type there may be a password, so the name itself is not
// kept.
struct Pair {
    std::string account, network;
};

// A ban (limits/bans.h) by the steady clock.
struct Bar {
    std::string network;
    std::optional<std::string> account;
    SteadyTime until{};
    bool operator==(const Bar&) const = default;
};

// A wrong password or proof.  print: tells passwords apart, and tells nothing of them; empty:
// nobody knows, it counts as a new one.  account: its name; empty: there is none.
struct Failure {
    std::string_view print, account;
    bool exempt = false;
};

// What one failure leads to.
struct Consequence {
    std::chrono::milliseconds delay{};  // how much later it is answered, at the least
    std::vector<Bar> begun = {};        // 0 … 2
};

// Not safe for concurrent use.
class Guessing {
public:
    // entries: of pairs, and of networks, that are remembered; the least lately used go first.
    explicit Guessing(settings::GuessingSettings rules, std::size_t entries = 50'000);

    // From now on; what was counted stays.
    void set(settings::GuessingSettings rules) { rules_ = std::move(rules); }
    const settings::GuessingSettings& rules() const { return rules_; }

    // Whether an attempt may be looked at at all; of two bans the one that lasts longer.  An exempt
    // pair is free whatever this says: the look-up that tells is needed only then.
    std::optional<Bar> bar_to(const Pair& pair, SteadyTime now) const;

    Consequence failed(const Pair& pair, const Failure& failure, SteadyTime now);
    // The account's own failures there are forgotten; those at other accounts are not.
    void succeeded(const Pair& pair);

    std::vector<Bar> bars(SteadyTime now) const;  // those in force
    // Lifts the network's bans, of one account or, if that is nullopt, all of them; the count
    // begins anew.  How many were lifted.
    std::size_t lift(std::string_view network, std::optional<std::string_view> account,
                     SteadyTime now);

private:
    struct Attempted {
        std::string network, account;
        std::map<std::string, SteadyTime, std::less<>> prints = {};  // the latest time of each
        SteadyTime banned_until = SteadyTime::min();
    };
    struct Source {
        std::map<std::string, SteadyTime, std::less<>> names = {};
        SteadyTime banned_until = SteadyTime::min();
    };

    std::optional<Bar> count_print(Attempted& attempted, const Failure& failure, SteadyTime now);
    std::optional<Bar> count_name(const Pair& pair, SteadyTime now);

    settings::GuessingSettings rules_;
    Recent<Attempted> attempted_;  // by account and network
    Recent<Source> sources_;       // by network
    std::uint64_t unknown_prints_ = 0;
};

}  // namespace signet::limits
