// Which step of setting up a smart host with access tokens is missing, from what the token says and
// what the smart host answered.  Pure.
#pragma once

#include "base/clock.h"
#include "oauth/token_look.h"

#include <optional>
#include <string>
#include <vector>

namespace signet::relay {

// What came of a try to sign in.
struct Tried {
    std::string host, user;  // "smtp.office365.com", "scanner@example.com"
    bool signed_in = false;
    std::string said = {};  // why not
    std::optional<oauth::TokenLook> token = {};
};

// Sentences, the likeliest step first; empty: nothing is missing that can be seen from here.  What
// is known is how Exchange Online is set up; of other hosts the token's end alone is judged.
std::vector<std::string> missing_steps(const Tried& tried, WallTime now);

}  // namespace signet::relay
