// What some replies of Microsoft's smart hosts mean, who say little in them: for the administrator,
// in the queue, in the log and in reports.
//
// By their documentation and what others have met; no such server was at hand to try them on.
#pragma once

#include "smtp/reply.h"

#include <string_view>

namespace signet::relay {

enum class Proof {
    password,
    token
};

// A sentence without a full stop; empty: the reply says it all, or nobody knows.
std::string_view words_for(const smtp::Reply& reply, Proof proof);

// A refusal that will be none tomorrow: the message waits.
bool only_waits(const smtp::Reply& reply);

}  // namespace signet::relay
