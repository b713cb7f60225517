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

// Safe for concurrent use.
class Stores {
public:
    virtual ~Stores() = default;
    virtual std::vector<StoreStatus> list() const = 0;  // in the order in which they are asked
    // nullopt: there is no store of that name.
    virtual Task<std::optional<StoreTrial>> test(std::string name, std::string login,
                                                 Secret password) = 0;
};

}  // namespace signet::admin
