// Open sessions that have signed in, as an administrator sees them.
#pragma once

#include "base/clock.h"

#include <cstdint>
#include <string>
#include <vector>

namespace signet::admin {

struct OpenSession {
    std::string id;  // of its audit events
    std::string account;
    std::string actor;  // who signed in and acts as the account; empty: the account itself
    std::string credential, mechanism, client, tls, listener;
    WallTime since{};            // it signed in
    std::uint64_t messages = 0;  // that were accepted in it
};

// Safe for concurrent use.  account: only its sessions; empty: all.
class Sessions {
public:
    virtual ~Sessions() = default;
    virtual std::vector<OpenSession> list(const std::string& account, std::size_t most) const = 0;
    virtual std::size_t count(const std::string& account) const = 0;
    // At their next command.  id: this one alone; empty: all of them.  How many.
    virtual std::size_t end(const std::string& account, const std::string& id) = 0;
};

}  // namespace signet::admin
