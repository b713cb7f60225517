// Keeping accounts in step with a list of people, as an administrator asks for it.
#pragma once

#include "admin/request.h"
#include "base/result.h"
#include "base/task.h"
#include "identity/staff.h"

#include <optional>
#include <string>
#include <vector>

namespace signet::admin {

struct WantedReconcile {
    std::string store = {}, list = {};     // which people; both empty: as the settings say
    std::optional<unsigned> at_most = {};  // percent; nullopt: as the settings say
    bool apply = false;                    // else nothing is changed
};

struct Reconciled {
    std::string from;  // "store staff", "list /etc/signet/staff.csv"
    identity::ReconcilePlan plan;
    std::vector<std::string> notes = {};     // sentences
    std::vector<std::string> disabled = {};  // accounts
    std::vector<std::string> failed = {};    // sentences: accounts that could not be
};

// Safe for concurrent use.
class Reconciling {
public:
    virtual ~Reconciling() = default;
    // The fault is a sentence: nobody can say who is there, and nothing was changed.
    virtual Task<Result<Reconciled, std::string>> reconcile(WantedReconcile wanted,
                                                            audit::Actor actor) = 0;
};

}  // namespace signet::admin
