// What the program says about itself, from the table of commands.
#pragma once

#include "cli/command.h"

#include <string>

namespace signet::cli {

std::string help_of(const Command& command);
std::string help_of_noun(std::string_view noun);
std::string help_of_all();
std::string cli_page();  // docs/reference/cli.md

}  // namespace signet::cli
