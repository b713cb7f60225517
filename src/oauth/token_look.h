// What an access token of ours says, for people who look for what is wrong with it.
//
// We are not its audience: nothing here is verified, and nothing is decided by it.  Pure.
#pragma once

#include "base/clock.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace signet::oauth {

// Each as far as the token says; cleaned for a terminal.
struct TokenLook {
    std::string issuer, tenant;            // `iss`, `tid`
    std::string client, object;            // `appid` or `azp`; `oid`
    std::string user;                      // `upn`, `preferred_username` or `unique_name`
    std::vector<std::string> audience;     // `aud`
    std::vector<std::string> roles;        // of an application
    std::vector<std::string> scopes;       // of a person: `scp`, `scope`
    std::optional<WallTime> expires = {};  // `exp`
};

// nullopt: it is opaque, or cannot be read.
std::optional<TokenLook> look_at_token(std::string_view token);

}  // namespace signet::oauth
