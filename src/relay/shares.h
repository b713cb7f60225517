// How many of a worker's places one route may hold, so that a next hop that hangs leaves some for
// the others.  Not safe for concurrent use: each worker has its own.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace signet::relay {

class Shares {
public:
    // A route may hold three quarters of the places; all of them if there is only one place.
    explicit Shares(unsigned places) : most_(places - (places > 1 ? (places + 3) / 4 : 0)) {}
    Shares(const Shares&) = delete;
    Shares& operator=(const Shares&) = delete;

    // A place on each of these routes, held until it is destroyed; no longer than the Shares.
    class Hold {
    public:
        Hold(Shares& shares, std::vector<std::string> routes);
        Hold(Hold&& other) noexcept = default;
        Hold& operator=(Hold&& other) = delete;
        ~Hold();

    private:
        struct Forget {
            void operator()(Shares*) const {}
        };
        std::unique_ptr<Shares, Forget> shares_;  // null when moved from
        std::vector<std::string> routes_;
    };

    // nullopt: one of them holds what it may.
    std::optional<Hold> take(const std::vector<std::string>& routes);

private:
    const unsigned most_;
    std::map<std::string, unsigned> held_;
};

}  // namespace signet::relay
