// The accounts as settings::judge_safety wants to see them.
#pragma once

#include "settings/safety.h"

namespace signet::cli {

// From the running server; or, if none runs, from the database.  nullopt: neither can be asked, or
// there is no database yet.  Changes no account.
std::optional<std::vector<settings::AccountFact>> account_facts(const settings::Snapshot& settings);

}  // namespace signet::cli
