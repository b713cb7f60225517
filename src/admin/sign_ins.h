// How routes sign in at their smart hosts, as far as that can be tried and steered.
#pragma once

#include "admin/endpoint.h"
#include "oauth/token_look.h"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace signet::admin {

// What is shown to the person who agrees.
struct LoginBegun {
    std::string address, code;
    std::chrono::seconds life{0}, interval{0};
};

// What came of signing in as for a message, without one.
struct SignInTrial {
    struct Host {
        std::string host;  // "smtp.example.net:587"
        bool signed_in = false;
        std::string said;  // why not
    };
    std::string user;
    bool by_token = false;
    std::string token_fault = {};                // why there is none; empty: there is one
    std::optional<oauth::TokenLook> token = {};  // what it says; nullopt: it cannot be read
    std::string secret_expires = {};             // as the settings say
    std::vector<Host> hosts = {};
    std::vector<std::string> missing = {};  // sentences: relay/missing_steps.h
};

// route: a name.  Faults: not_found; conflict: the route does not sign in so; try_later, failed: as
// the sentence says.  Safe for concurrent use.
class RouteSignIns {
public:
    virtual ~RouteSignIns() = default;
    virtual Task<Result<LoginBegun, Fault>> begin_login(std::string route) = 0;
    // nullopt: agreed.  Else ask again after so long.
    virtual Task<Result<std::optional<std::chrono::seconds>, Fault>> poll_login(
        std::string route) = 0;
    virtual Task<Result<SignInTrial, Fault>> try_sign_in(std::string route) = 0;
};

}  // namespace signet::admin
