#include "app/run.h"
#include "cli/command.h"

namespace signet::cli {
namespace {

constexpr std::string_view kExamples[] = {"serve --config /etc/signet/signet.toml"};

Exit run(const Invocation& invocation, Console&) {
    return static_cast<Exit>(app::serve({.config = invocation.config()}));
}

}  // namespace

constinit const Command command_serve{
    .noun = "",
    .verb = "serve",
    .summary = "Run the server",
    .description =
        "Stays in the foreground and writes its log to standard error. SIGTERM drains: "
        "nothing new is accepted, idle sessions hear 421, messages under way are "
        "finished.",
    .arguments = {},
    .examples = kExamples,
    .run = run};

}  // namespace signet::cli
