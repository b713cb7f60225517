#include "app/version.h"
#include "cli/command.h"

#include <boost/json.hpp>

#include <ostream>

namespace signet::cli {
namespace {

constexpr std::string_view kExamples[] = {"version", "version --json"};

Exit run(const Invocation& invocation, Console& console) {
    if (!invocation.json()) {
        console.out << "signet " << app::version() << " (" << app::flavour() << ")\n";
        return Exit::ok;
    }
    console.out << boost::json::object{{"kind", "version"},
                                       {"api_version", 1},
                                       {"version", app::version()},
                                       {"flavour", app::flavour()},
                                       {"compiler", __VERSION__}}
                << "\n";
    return Exit::ok;
}

}  // namespace

constinit const Command command_version{.noun = "",
                                        .verb = "version",
                                        .summary = "Say which Signet this is",
                                        .description = {},
                                        .arguments = {},
                                        .examples = kExamples,
                                        .run = run};

}  // namespace signet::cli
