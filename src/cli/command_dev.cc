#include "app/run.h"
#include "base/text.h"
#include "cli/command.h"

#include <ostream>

namespace signet::cli {
namespace {

constexpr Argument kArguments[] = {
    {.name = "--dir", .value = "DIR", .description = "where everything is kept; default var/dev"},
    {.name = "--port-base",
     .value = "N",
     .description = "listen on N+587, N+465 and N+25 of 127.0.0.1; default 1000"},
};
constexpr std::string_view kExamples[] = {"dev", "dev --dir /tmp/mail --port-base 20000"};

Exit run(const Invocation& invocation, Console& console) {
    app::DevOptions options;
    if (invocation.has("--dir")) options.dir = invocation.one("--dir");
    if (invocation.has("--port-base")) {
        const auto base = parse_unsigned(invocation.one("--port-base"));
        if (!base || *base > 65'535 - 587) {
            console.err << "signet dev: --port-base is a number from 0 to 64948\n";
            return Exit::usage;
        }
        options.port_base = static_cast<std::uint16_t>(*base);
    }
    return static_cast<Exit>(app::dev(options));
}

}  // namespace

constinit const Command command_dev{
    .noun = "",
    .verb = "dev",
    .summary = "Try Signet: a whole server in one directory",
    .description =
        "Makes a CA, an account with a password and the settings, listens on 127.0.0.1, puts "
        "every message into a Maildir and sends nothing anywhere. Prints how to send with curl, "
        "swaks, msmtp and Thunderbird.",
    .arguments = kArguments,
    .examples = kExamples,
    .run = run};

}  // namespace signet::cli
