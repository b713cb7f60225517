// Accounts that were read a moment ago, so that a client which signs in for each message costs no
// read each time, nor a turn of another thread.
#pragma once

#include "base/clock.h"
#include "identity/account.h"

#include <chrono>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>

namespace signet::store {

// Safe for concurrent use.
class RecentAccounts {
public:
    // What is not in AccountSource::generation(), when a credential was used last, is at most so
    // old; what ends by itself ends by the day.
    static constexpr std::chrono::seconds kLife{60};

    explicit RecentAccounts(const Clock& clock, std::size_t most = 2'000)
        : clock_(clock), most_(most) {}

    // as_of: the generation now.  nullopt: it is not known, or something has changed since.
    std::optional<identity::Account> find(const std::string& name, std::uint64_t as_of);
    // as_of: the generation before it was read.
    void keep(std::uint64_t as_of, const identity::Account& account);

    // The same of a certificate or a token's subject that no account has.
    bool is_nobodys(const std::string& secret, std::uint64_t as_of);
    void keep_nobodys(std::uint64_t as_of, const std::string& secret);

private:
    void renew(std::uint64_t as_of);  // REQUIRES: locked

    struct Entry {
        identity::Account account;
        SteadyTime read{};
    };

    const Clock& clock_;
    const std::size_t most_;
    std::mutex mutex_;
    std::uint64_t as_of_ = 0;  // of all of them
    std::unordered_map<std::string, Entry> known_;
    std::unordered_set<std::string> nobodys_;
};

}  // namespace signet::store
