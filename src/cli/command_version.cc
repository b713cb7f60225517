#include "cli/command.h"

#include <boost/json.hpp>

#include <ostream>

#ifndef SIGNET_VERSION
#error "SIGNET_VERSION comes from the build (src/cli/CMakeLists.txt)"
#endif

namespace signet::cli {
namespace {

constexpr std::string_view kExamples[] = {"version", "version --json"};

Exit run(const Invocation& invocation, Console& console) {
    if (!invocation.json()) {
        console.out << "signet " SIGNET_VERSION " (" SIGNET_FLAVOUR ")\n";
        return Exit::ok;
    }
    console.out << boost::json::object{{"kind", "version"},
                                       {"api_version", 1},
                                       {"version", SIGNET_VERSION},
                                       {"flavour", SIGNET_FLAVOUR},
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
