// Options and arguments of one command.  CLI11 is behind this header (parse_arguments.cc).
#pragma once

#include "base/result.h"
#include "cli/command.h"

#include <string>
#include <vector>

namespace signet::cli {

// The error is a sentence; an unknown option comes with the nearest known one.
Result<Invocation, std::string> parse_arguments(const Command& command,
                                                std::vector<std::string> arguments);

}  // namespace signet::cli
