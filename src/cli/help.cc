#include "cli/help.h"

#include <algorithm>

namespace signet::cli {
namespace {

std::string padded(std::string text, std::size_t width) {
    if (text.size() < width) text.resize(width, ' ');
    return text;
}

std::string list_of(std::span<const Argument> arguments) {
    std::size_t width = 0;
    for (const auto& argument : arguments) width = std::max(width, written(argument).size());
    std::string text;
    for (const auto& argument : arguments) {
        text +=
            "  " + padded(written(argument), width + 2) + std::string{argument.description} + "\n";
    }
    return text;
}

std::string line_of(const Command& command) {
    return "  " + padded(command.name(), 24) + std::string{command.summary} + "\n";
}

constexpr std::string_view kHabits =
    "Data goes to standard output, talk to standard error. `--json` answers with one object or "
    "list, whose objects carry `kind` and `api_version`; times are RFC 3339 in UTC, sizes are "
    "octets, durations seconds. A secret is never an option: it is asked for without echo, or "
    "read from standard input or a file. `signet add account` means `signet account add`; `rm` "
    "and `remove` are `delete`, `ls` is `list`, `get` is `show`.";

constexpr ExitMeaning kExitMeanings[] = {{"0", "done"},
                                         {"1", "failed"},
                                         {"2", "the command line is wrong"},
                                         {"3",
                                          "`check` found something at or above `--fail-on`; `queue "
                                          "export` met damage"},
                                         {"4", "the server, or the target, cannot be reached"},
                                         {"5", "not allowed"},
                                         {"6", "not found"},
                                         {"7", "it is there already, or changed meanwhile"},
                                         {"75", "try later"},
                                         {"78", "the settings are invalid"}};

std::string section_of(const Command& command) {
    auto text = "\n### signet " + command.name() + "\n\n" + std::string{command.summary} + ".\n\n";
    if (!command.description.empty()) text += std::string{command.description} + "\n\n";
    text += "```\n" + usage_of(command) + "\n```\n";
    if (!command.arguments.empty()) text += "\n| Argument | Meaning |\n|---|---|\n";
    for (const auto& argument : command.arguments) {
        text += "| `" + written(argument) + "` | " + std::string{argument.description} +
                (argument.required ? " (required)" : "") + " |\n";
    }
    if (!command.examples.empty()) text += "\n```sh\n";
    for (const auto example : command.examples) text += "signet " + std::string{example} + "\n";
    if (!command.examples.empty()) text += "```\n";
    return text;
}

}  // namespace

std::string written(const Argument& argument) {
    auto text = std::string{argument.name};
    if (!argument.value.empty()) text += " " + std::string{argument.value};
    return text;
}

std::string usage_of(const Command& command) {
    auto text = "signet " + command.name();
    for (const auto& argument : command.arguments) {
        auto part = written(argument) + (argument.repeated && argument.positional() ? "…" : "");
        text += argument.required ? " " + part : " [" + part + "]";
        if (argument.repeated && !argument.positional()) text += "…";
    }
    return text;
}

std::string_view habits() { return kHabits; }
std::span<const ExitMeaning> exit_meanings() { return kExitMeanings; }

std::string help_of(const Command& command) {
    auto text = "signet " + command.name() + ": " + std::string{command.summary} +
                "\n\nUsage:\n  " + usage_of(command) + "\n";
    if (!command.examples.empty()) text += "\nExamples:\n";
    for (const auto example : command.examples) text += "  signet " + std::string{example} + "\n";
    if (!command.description.empty()) text += "\n" + std::string{command.description} + "\n";
    if (!command.arguments.empty()) text += "\nArguments:\n" + list_of(command.arguments);
    return text + "\nWith every command:\n" + list_of(global_arguments());
}

std::string help_of_noun(std::string_view noun) {
    std::string text = "Commands:\n";
    for (const auto* command : commands()) {
        if (command->noun == noun) text += line_of(*command);
    }
    return text + "\nEach explains itself: signet " + std::string{noun} + " VERB --help\n";
}

std::string help_of_all() {
    std::string text =
        "signet: an authenticated mail submission server\n\nUsage:\n  signet COMMAND [ARGUMENT…]\n"
        "\nCommands:\n";
    for (const auto* command : commands()) text += line_of(*command);
    return text + "\nWith every command:\n" + list_of(global_arguments()) +
           "\nEach explains itself: signet COMMAND --help\n";
}

std::string cli_page() {
    std::string page =
        "# The command line\n\n"
        "<!-- Generated from src/cli/command_*.cc by `signet help --markdown`. -->\n\n";
    page += std::string{habits()} + "\n\n## Exit codes\n\n";
    page += "| Code | Meaning |\n|---|---|\n";
    for (const auto& [code, meaning] : exit_meanings()) {
        page += "| " + std::string{code} + " | " + std::string{meaning} + " |\n";
    }
    page += "\n## With every command\n\n| Option | Meaning |\n|---|---|\n";
    for (const auto& argument : global_arguments()) {
        page += "| `" + written(argument) + "` | " + std::string{argument.description} + " |\n";
    }
    page += "\n## Commands\n";
    for (const auto* command : commands()) page += section_of(*command);
    return page;
}

}  // namespace signet::cli
