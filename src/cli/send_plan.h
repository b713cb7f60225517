// What `signet send` is asked to do, from its command line.
#pragma once

#include "cli/command.h"
#include "cli/send_dialogue.h"

#include <string>

namespace signet::cli {

struct SendTarget {
    std::string host = "localhost", ca;
    std::uint16_t port = 587;
    bool implicit_tls = false;
};

struct SendPlan {
    SendTarget target;
    Conversation conversation;
};

// Asks for the password, or reads it, or the message, as the options say.  The error is a sentence.
Result<SendPlan, std::string> plan_send(const Invocation& invocation, Console& console);

}  // namespace signet::cli
