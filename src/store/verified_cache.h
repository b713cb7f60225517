// Passwords that were right a moment ago, so that a client that signs in for each message costs one
// hash a while and not one a message.
//
// No password and no hash is kept: an entry is HMAC-SHA-256, under a key that this process drew and
// nobody else knows, over the account's name, its revision, its stored hash and the password.  So
//   - an entry cannot be used by another account, nor a password be guessed from a memory dump
//     without the key;
//   - any change of the account makes its entries unreachable, because the revision changed;
//   - only successes are kept: a wrong password is never remembered as wrong.
// Each entry dies after its life, counted from the hash that proved it, however often it is used.
#pragma once

#include "base/clock.h"
#include "base/entropy.h"
#include "base/secret.h"
#include "identity/account.h"

#include <chrono>
#include <deque>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_set>

namespace signet::store {

// Safe for concurrent use.
class VerifiedCache {
public:
    // life: 0 turns the cache off.  entries: at most; the oldest goes first.
    VerifiedCache(const Clock& clock, Entropy& entropy, std::chrono::seconds life,
                  std::size_t entries);

    // hash: which of the stored hashes of the account it opens.
    bool holds(const identity::Account& account, std::string_view hash, const Secret& password);
    // REQUIRES: the password was just proven right against `hash`, which is one of the account.
    void remember(const identity::Account& account, std::string_view hash, const Secret& password);

    std::size_t size();  // entries alive

private:
    struct Entry {
        std::string key;
        SteadyTime until;
    };

    std::string key_of(const identity::Account& account, std::string_view hash,
                       const Secret& password) const;
    void drop_expired();  // REQUIRES: mutex_ is held

    const Clock& clock_;
    const std::chrono::seconds life_;
    const std::size_t limit_;
    const Secret key_;
    std::mutex mutex_;
    std::unordered_set<std::string> keys_;  // guarded by mutex_
    std::deque<Entry> by_age_;              // guarded by mutex_; one life for all: also by expiry
};

}  // namespace signet::store
