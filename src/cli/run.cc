#include "cli/run.h"

#include "cli/command.h"
#include "cli/help.h"
#include "cli/parse_arguments.h"
#include "cli/resolve.h"

#include <algorithm>
#include <ostream>

namespace signet::cli {
namespace {

Exit wrong_usage(Console& console, const std::string& message, const std::string& help) {
    console.err << "signet: " << message << "\nSee: signet " << help << "\n";
    return Exit::usage;
}

}  // namespace

Exit run(std::span<const std::string> words, Console& console) {
    auto resolved = resolve(words);
    if (!resolved) return wrong_usage(console, resolved.error(), "help");
    const bool asked = std::ranges::count(resolved->arguments, "--help") != 0;
    if (!resolved->command) {
        const auto text = resolved->noun.empty() ? help_of_all() : help_of_noun(resolved->noun);
        (asked ? console.out : console.err) << text;
        return asked ? Exit::ok : Exit::usage;
    }
    const auto& command = *resolved->command;
    const auto invocation = parse_arguments(command, std::move(resolved->arguments));
    if (!invocation) {
        return wrong_usage(console, invocation.error(), command.name() + " --help");
    }
    if (invocation->has("--help")) {
        console.out << help_of(command);
        return Exit::ok;
    }
    return command.run(*invocation, console);
}

}  // namespace signet::cli
