// What the program says about itself, from the table of commands.
#pragma once

#include "cli/command.h"

#include <span>
#include <string>
#include <string_view>

namespace signet::cli {

std::string help_of(const Command& command);
std::string help_of_noun(std::string_view noun);
std::string help_of_all();
std::string cli_page();     // docs/reference/cli.md
std::string manual_page();  // signet(1), in roff

std::string written(const Argument& argument);  // "--address ADDRESS"
std::string usage_of(const Command& command);   // "signet check [--fail-on LEVEL]"

struct ExitMeaning {
    std::string_view code, meaning;
};
std::span<const ExitMeaning> exit_meanings();
std::string_view habits();  // what all commands have in common

}  // namespace signet::cli
