#include "app/load_settings.h"
#include "cli/command.h"
#include "cli/link.h"
#include "cli/show.h"

#include <ostream>

namespace signet::cli {
namespace {

constexpr std::string_view kExamples[] = {"reload", "reload --json"};

Exit run(const Invocation& invocation, Console& console) {
    // If what is on the disk cannot be used, the server is still there to say so.
    const auto link = connect_to(app::find_control_socket(invocation.config()));
    if (!link) return complain(link.error(), console);
    const auto answer = (*link)->ask(RequestLine{"reload"}.finish(), [](std::string_view) {});
    if (!answer) return complain(answer.error(), console);
    const auto reload = read_reload(*answer);
    if (invocation.json()) {
        console.out << *answer << "\n";
    } else if (reload.done) {
        if (!invocation.quiet()) console.out << reload.text;
    } else {
        console.err << reload.text;
    }
    return reload.done ? Exit::ok : reload.exit;
}

}  // namespace

constinit const Command command_reload{
    .noun = "",
    .verb = "reload",
    .summary = "Have the running server take up changed settings",
    .description =
        "Settings, certificates and secrets are read anew. They come into force whole, or not at "
        "all: then the problems are shown, the exit code is 78 (settings) or 75 (an address is "
        "taken), and the old settings stay. Sessions go on with the settings they began with. "
        "SIGHUP does the same without an answer.",
    .arguments = {},
    .examples = kExamples,
    .run = run};

}  // namespace signet::cli
