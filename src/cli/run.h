// The program, but for main().
#pragma once

#include "cli/console.h"
#include "cli/exit.h"

#include <span>
#include <string>

namespace signet::cli {

// words: the command line without the name of the program.
Exit run(std::span<const std::string> words, Console& console);

}  // namespace signet::cli
