// The keys that seal TLS session tickets.  They change by themselves: a ticket can be opened for
// one to two lives of a key, then what sealed it is wiped and cannot help anyone who recorded the
// session.  One object serves every TLS context, so a reloaded certificate keeps its sessions.
#pragma once

#include "base/clock.h"
#include "base/entropy.h"

#include <array>
#include <mutex>
#include <optional>
#include <span>

namespace signet::net {

// Wiped when it dies.
struct TicketKey {
    std::array<std::uint8_t, 16> name{};
    std::array<std::uint8_t, 32> cipher{};  // AES-256-CBC
    std::array<std::uint8_t, 32> mac{};     // HMAC-SHA256
    SteadyTime born{};

    TicketKey() = default;
    TicketKey(const TicketKey&) = default;
    TicketKey& operator=(const TicketKey&) = default;
    ~TicketKey();
};

// Safe for concurrent use.
class TicketKeys {
public:
    struct Found {
        TicketKey key;
        bool current = true;  // false: the client is better given a new ticket
    };

    // Both outlive it.  life > 0.
    TicketKeys(const Clock& clock, Entropy& entropy, std::chrono::seconds life);

    TicketKey for_sealing();
    // nullopt: unknown, or too old.
    std::optional<Found> for_opening(std::span<const std::uint8_t> name);
    std::chrono::seconds life() const { return life_; }
    void fill(std::span<std::uint8_t> octets) { entropy_.fill(octets); }  // for the IV

private:
    void rotate_if_due();
    TicketKey make();

    const Clock& clock_;
    Entropy& entropy_;
    const std::chrono::seconds life_;
    std::mutex mutex_;
    TicketKey current_;
    std::optional<TicketKey> previous_;
};

}  // namespace signet::net
