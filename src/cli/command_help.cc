#include "cli/command.h"
#include "cli/help.h"
#include "cli/resolve.h"

#include <ostream>

namespace signet::cli {
namespace {

constexpr Argument kArguments[] = {
    {.name = "COMMAND",
     .value = {},
     .description = "a command, or a part of one",
     .repeated = true},
    {.name = "--markdown", .value = {}, .description = "print docs/reference/cli.md"},
    {.name = "--man", .value = {}, .description = "print the manual page signet(1)"}};
constexpr std::string_view kExamples[] = {"help", "help account add"};

Exit run(const Invocation& invocation, Console& console) {
    if (invocation.has("--markdown")) {
        console.out << cli_page();
        return Exit::ok;
    }
    if (invocation.has("--man")) {
        console.out << manual_page();
        return Exit::ok;
    }
    const auto resolved = resolve(invocation.all("COMMAND"));
    if (!resolved) {
        console.err << "signet: " << resolved.error() << "\n";
        return Exit::usage;
    }
    if (resolved->command)
        console.out << help_of(*resolved->command);
    else if (!resolved->noun.empty())
        console.out << help_of_noun(resolved->noun);
    else
        console.out << help_of_all();
    return Exit::ok;
}

}  // namespace

constinit const Command command_help{.noun = "",
                                     .verb = "help",
                                     .summary = "Explain the commands",
                                     .description = {},
                                     .arguments = kArguments,
                                     .examples = kExamples,
                                     .run = run};

}  // namespace signet::cli
