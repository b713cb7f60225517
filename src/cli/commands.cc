// The table of commands.
#include "cli/command.h"

#include <array>

namespace signet::cli {
namespace {

constexpr Argument kGlobal[] = {
    {.name = "--config",
     .value = "FILE",
     .description = "the settings; default /etc/signet/signet.toml"},
    {.name = "--json", .value = {}, .description = "answer in JSON, for programs"},
    {.name = "--quiet", .value = {}, .description = "say nothing but what was asked for"},
    {.name = "--no-color", .value = {}, .description = "taken and needless: nothing is coloured"},
    {.name = "--help", .value = {}, .description = "explain the command"},
};

constexpr std::array kCommands{&command_check, &command_version, &command_explain,
                               &command_config_describe, &command_help};

}  // namespace

std::span<const Command* const> commands() { return kCommands; }
std::span<const Argument> global_arguments() { return kGlobal; }

}  // namespace signet::cli
