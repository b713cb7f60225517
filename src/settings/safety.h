// Is it safe to run with these settings?  Facts in, findings out.
#pragma once

#include "settings/problem.h"
#include "settings/snapshot.h"
#include "settings/tls_safety.h"

#include <optional>
#include <string>
#include <vector>

namespace signet::settings {

// What the caller saw of one file or directory that the settings name.
struct FileFact {
    std::string setting;  // "tls.key", "storage.path", "route[0].auth.password"
    std::string path;
    bool exists = false;
    bool readable = false;     // by the user who asks
    unsigned mode = 0;         // permission bits, as of stat(2)
    unsigned parent_mode = 0;  // of the directory it is in; the sticky bit counts
};

struct AccountFact {
    std::string name;
    bool enabled = true;
    bool has_password = true;
    std::vector<std::string> send_as;  // "ann@example.com", "*@example.com"
};

struct SafetyFacts {
    std::vector<FileFact> files;
    std::optional<std::vector<AccountFact>> accounts;  // nullopt: they could not be looked at
    TlsFacts tls = {};
};

// One thing that was looked at, and what came of it.
struct Finding {
    std::string subject;            // "open relay"
    std::string verdict;            // one sentence: what was checked, and how it stands
    std::vector<Problem> problems;  // empty: all is well
};

// To add a question: a function in safety.cc and its line in the table at the end of it.
std::vector<Finding> judge_safety(const Snapshot& snapshot, const Places& places,
                                  const SafetyFacts& facts);

}  // namespace signet::settings
