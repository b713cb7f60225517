#include "app/version.h"
#include "cli/command.h"
#include "settings/describe.h"
#include "settings/spelling.h"

#include <ostream>

namespace signet::cli {
namespace {

constexpr Argument kArguments[] = {
    {.name = "KEY",
     .value = {},
     .description = "a key or section, as auth.cache_life or auth; without one, all of them"},
    {.name = "--markdown", .value = {}, .description = "print docs/reference/signet.toml.md"},
    {.name = "--man", .value = {}, .description = "print the manual page signet.toml(5)"}};
constexpr std::string_view kExamples[] = {"config describe auth.cache_life",
                                          "config describe listener", "config describe --json"};

Exit unknown(const std::string& key, Console& console) {
    const auto keys = settings::all_keys();
    const std::vector<std::string_view> known{keys.begin(), keys.end()};
    console.err << "signet: there is no such key or section";
    if (const auto meant = settings::nearest(key, known); !meant.empty()) {
        console.err << "; did you mean `" << meant << "`?";
    }
    console.err << "\nAll of them: signet config describe\n";
    return Exit::not_found;
}

Exit run(const Invocation& invocation, Console& console) {
    if (invocation.has("--markdown")) {
        console.out << settings::reference_page();
        return Exit::ok;
    }
    if (invocation.has("--man")) {
        console.out << settings::manual_page("Signet " + std::string{app::version()});
        return Exit::ok;
    }
    const auto key = invocation.one("KEY");
    const auto text = settings::describe(key);
    if (!text) return unknown(key, console);
    if (invocation.json())
        console.out << settings::describe_json(key) << "\n";
    else
        console.out << *text;
    return Exit::ok;
}

}  // namespace

constinit const Command command_config_describe{.noun = "config",
                                                .verb = "describe",
                                                .summary = "Explain the settings",
                                                .description = {},
                                                .arguments = kArguments,
                                                .examples = kExamples,
                                                .run = run};

}  // namespace signet::cli
