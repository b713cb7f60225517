// Credential stores, as an administrator sees them.
#pragma once

#include "base/secret.h"
#include "base/task.h"

#include <optional>
#include <string>
#include <vector>

namespace signet::admin {

struct StoreStatus {
    std::string name, kind;
    std::vector<std::string> domains;  // empty: every login
    std::string state;                 // "up", "down"; or how many accounts it has
};

// One sign-in that was tried, step by step.
struct StoreTrial {
    std::vector<std::string> steps;  // sentences, none with anything of the password
    std::string outcome;             // "granted", a Refusal's name, or a StoreFault's
};

// What became of the tables that Signet keeps in a store.
struct StoreMigration {
    bool done = false;
    std::vector<std::string> steps;  // sentences; the last says why not
};

// Safe for concurrent use.
class Stores {
public:
    virtual ~Stores() = default;
    virtual std::vector<StoreStatus> list() const = 0;  // in the order in which they are asked
    // nullopt: there is no store of that name.
    virtual Task<std::optional<StoreTrial>> test(std::string name, std::string login,
                                                 Secret password) = 0;
    // Makes them, or brings them up to what this version needs.  nullopt: there is no store of that
    // name.
    virtual Task<std::optional<StoreMigration>> migrate(std::string name) = 0;
};

}  // namespace signet::admin
