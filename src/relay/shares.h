// How many of a worker's places one route, one owner or the deferred mail may hold, so that whoever
// hangs leaves some for the others.  Not safe for concurrent use: each worker has its own.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace signet::relay {

class Shares {
public:
    // Whose share it is.
    struct Key {
        enum class Of {
            route,           // its name
            owner,           // his name (queue/owner.h)
            owner_on_route,  // both
            deferred,        // all mail that was tried before; no name
        } of = Of::route;
        std::string name{}, route{};
        auto operator<=>(const Key&) const = default;
    };

    // Each may hold three quarters of the places; one owner on one route some less, so that he has
    // another for the rest of his mail, and the route another for other owners.  All of them if
    // there is only one place.
    explicit Shares(unsigned places);
    Shares(const Shares&) = delete;
    Shares& operator=(const Shares&) = delete;

    // A place in each of these shares, held until it is destroyed; no longer than the Shares.
    class Hold {
    public:
        Hold(Shares& shares, std::vector<Key> keys);
        Hold(Hold&& other) noexcept = default;
        Hold& operator=(Hold&& other) = delete;
        ~Hold();

    private:
        struct Forget {
            void operator()(Shares*) const {}
        };
        std::unique_ptr<Shares, Forget> shares_;  // null when moved from
        std::vector<Key> keys_;
    };

    // nullopt: one of them holds what it may.
    std::optional<Hold> take(const std::vector<Key>& keys);

    bool is_full(const Key& key) const;
    std::vector<std::string> full_owners() const;  // those who hold what they may

private:
    unsigned most(Key::Of of) const {
        return of == Key::Of::owner_on_route ? most_on_route_ : most_;
    }

    const unsigned most_;
    const unsigned most_on_route_;  // of one owner
    std::map<Key, unsigned> held_;
};

}  // namespace signet::relay
