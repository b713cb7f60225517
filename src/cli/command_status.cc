#include "cli/command.h"
#include "cli/show.h"

namespace signet::cli {
namespace {

constexpr std::string_view kExamples[] = {"status", "status --json"};

Exit run(const Invocation& invocation, Console& console) {
    return ask_and_show(invocation, console, RequestLine{"status"}.finish(),
                        {show_status, "queue list", Reach::server});
}

}  // namespace

constinit const Command command_status{.noun = "",
                                       .verb = "status",
                                       .summary = "Say how the running server is",
                                       .description = "Exit code 4: no server answers.",
                                       .arguments = {},
                                       .examples = kExamples,
                                       .run = run};

}  // namespace signet::cli
