// Who is signed in now: the open sessions that have a login, seen from outside of them.
//
// A session lends itself: nothing of it is copied, so that a hundred thousand idle sessions cost a
// few pointers each.  What others read of it does not change while it is there, and it comes and
// goes under the lock of its shelf.
#pragma once

#include "base/clock.h"
#include "submission/session.h"

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace signet::submission {

// An open session, as it is told to an administrator.
struct Seen {
    std::string session;     // its id in the audit log
    std::string account;     // of a trusted network: its name
    std::string actor;       // who signed in and acts as the account; empty: the account itself
    std::string credential;  // id; empty: none, or a password of another store
    std::string mechanism;
    std::string client;          // "192.0.2.7:40112"
    std::string tls;             // "TLSv1.3"; empty: none
    std::string listener;        // its name
    WallTime since{};            // it signed in
    std::uint32_t messages = 0;  // that were accepted in it
};

class Presence;

// Safe for concurrent use.  Outlives the sessions.
class Presences {
public:
    // At most `most` of them, in no order.  account: only those that are its own, or in which it
    // acts as another one; empty: all.
    std::vector<Seen> list(std::string_view account, std::size_t most) const;
    std::size_t count(std::string_view account) const;
    // Those of the account, or the one of that id where it is not empty, end at their next command.
    // How many: of those that had been told before, too.
    std::size_t end(std::string_view account, std::string_view session);

private:
    friend class Presence;
    // Fewer than one in ten thousand waits for another one.
    static constexpr std::size_t kShelves = 16;
    struct alignas(64) Shelf {
        mutable std::mutex mutex;
        Presence* first = nullptr;
    };
    template <class Visit>
    void each(std::string_view account, Visit visit) const;
    std::array<Shelf, kShelves> shelves_;
};

// Of one session, and gone with it.
class Presence {
public:
    // null: nobody wants to know.
    explicit Presence(Presences* all) : all_(all) {}
    Presence(const Presence&) = delete;
    Presence& operator=(const Presence&) = delete;
    ~Presence() { leave(); }

    // From now on it can be seen, if it has a login.  Until leave() nothing of the session changes
    // but its transaction, and it stays where it is.
    void enter(const Session& session, WallTime now);
    void leave();
    void sent() { messages_.fetch_add(1, std::memory_order_relaxed); }  // a message was accepted
    // Somebody wants it to end.
    bool ended() const { return ended_.load(std::memory_order_relaxed); }

private:
    friend class Presences;
    Presences::Shelf& shelf() const;

    Presences* const all_;
    const Session* session_ = nullptr;                // null: it cannot be seen
    Presence *before_ = nullptr, *behind_ = nullptr;  // guarded by the shelf's mutex
    WallTime since_{};
    std::atomic<std::uint32_t> messages_{0};
    std::atomic<bool> ended_{false};
};

}  // namespace signet::submission
