// route test NAME: whether a route can sign in at its smart hosts, tried by the running server.
#pragma once

#include "cli/command.h"

#include <string>
#include <string_view>

namespace signet::cli {

Exit try_sign_in(const Invocation& invocation, Console& console, const std::string& route);

// Of the server's answer (admin/endpoint_route_sign_in.cc): for people, and how the command ends.
std::string show_trial(std::string_view trial);
Exit exit_of_trial(std::string_view trial);

}  // namespace signet::cli
