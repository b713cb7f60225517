// How many connections there are, in all and from one client network.
#pragma once

#include <cstdint>
#include <mutex>
#include <string>
#include <unordered_map>
#include <utility>

namespace signet::limits {

struct ConnectionLimits {
    unsigned total = 10'000;
    unsigned per_network = 50;
};

// Safe for concurrent use.
class Connections {
public:
    // Gives the place back when it dies.
    class Place {
    public:
        Place() = default;
        Place(Place&& other) noexcept
            : owner_(std::exchange(other.owner_, nullptr)), network_(std::move(other.network_)) {}
        Place& operator=(Place&& other) noexcept;
        ~Place() { give_back(); }

    private:
        friend class Connections;
        Place(Connections& owner, std::string network)
            : owner_(&owner), network_(std::move(network)) {}
        void give_back();
        Connections* owner_ = nullptr;
        std::string network_;
    };

    enum class Answer {
        admitted,
        too_many,
        too_many_from_network
    };
    struct Admission {
        Answer answer = Answer::too_many;
        Place place;
    };

    explicit Connections(ConnectionLimits limits) : limits_(limits) {}

    // network: one IPv4 address or an IPv6 /64 (client_network in base/ip.h), since a host owns a
    // whole /64.
    Admission admit(std::string network);
    // From now on; who is in stays in.
    void set(ConnectionLimits limits);
    unsigned open() const;

private:
    ConnectionLimits limits_;
    mutable std::mutex mutex_;
    unsigned open_ = 0;
    std::unordered_map<std::string, unsigned> by_network_;
};

}  // namespace signet::limits
