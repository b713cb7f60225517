// Lets a few checks of one network run at a time; the others of that network wait their turn.
//
// A guesser with fifty connections then holds as much of the hash queue as one with two, and no
// more of his guesses are under way unjudged than go through at once: each is judged after those
// before it have been counted.  Other networks pass him by.
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

    // width: of each network, so many at a time.  REQUIRES: > 0
    explicit Turnstile(unsigned width) : width_(width) {}

    // In the order they came.  Waits as long as those before take: bounded by what a check takes
    // and by how many connections a network may have.
    Task<Place> enter(std::string network);

private:
    struct Row {
        unsigned inside = 0;
        std::deque<net::Wakeup> waiting{};
    };
    void leave(const std::string& network);

    const unsigned width_;
    std::mutex mutex_;
    std::unordered_map<std::string, Row> rows_;  // guarded by mutex_; of whom there is somebody
};

}  // namespace signet::authn
