// Lets a few checks of one network run at a time; the others of that network wait their turn.
//
// A guesser with fifty connections then holds no more of the hash queue than one with a single one,
// and where one goes through at a time, each guess is judged after those before it were counted.
// Other networks pass him by.
#pragma once

#include "base/task.h"
#include "net/resume.h"

#include <deque>
#include <mutex>
#include <string>
#include <unordered_map>
#include <utility>

namespace signet::authn {

// Safe for concurrent use.  Outlives whoever is inside or waits.
class Turnstile {
public:
    // Gives the place to the next when it dies.
    class Place {
    public:
        Place(Place&& other) noexcept
            : owner_(std::exchange(other.owner_, nullptr)), network_(std::move(other.network_)) {}
        Place& operator=(Place&&) = delete;
        ~Place();

    private:
        friend class Turnstile;
        Place(Turnstile& owner, std::string network)
            : owner_(&owner), network_(std::move(network)) {}
        Turnstile* owner_;
        std::string network_;
    };

    // In the order they came, `width` of the network at a time.  Waits as long as those before
    // take: bounded by what a check takes and by how many connections a network may have. REQUIRES:
    // width > 0
    Task<Place> enter(std::string network, unsigned width);

private:
    struct Row {
        unsigned inside = 0;
        std::deque<net::Wakeup> waiting{};
    };
    void leave(const std::string& network);

    std::mutex mutex_;
    std::unordered_map<std::string, Row> rows_;  // guarded by mutex_; of whom there is somebody
};

}  // namespace signet::authn
