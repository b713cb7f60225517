// Which events a reader of the log wants to see.
#pragma once

#include "audit/event.h"

#include <optional>
#include <string>

namespace signet::audit {

// What is empty asks for nothing.
struct Query {
    std::optional<WallTime> since = {}, until = {};  // since ≤ time < until
    std::string user = {};   // as presented, or the account; without regard to case
    std::string ip = {};     // the client's, exactly
    std::string event = {};  // "auth.attempt", or "auth.*"
    std::string outcome = {}, reason = {};
    std::string session_id = {}, queue_id = {};
};

bool matches(const Query& query, const Event& event);

}  // namespace signet::audit
