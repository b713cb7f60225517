#include "cli/command.h"
#include "settings/codes.h"

#include <boost/json.hpp>

#include <ostream>

namespace signet::cli {
namespace {

constexpr Argument kArguments[] = {
    {.name = "CODE", .value = {}, .description = "for example E0102; without one, all are listed"},
    {.name = "--markdown", .value = {}, .description = "print docs/reference/errors.md"}};
constexpr std::string_view kExamples[] = {"explain E0102", "explain"};

boost::json::object json_of(const settings::Code& code) {
    return {{"kind", "code"},      {"api_version", 1},        {"code", code.code},
            {"title", code.title}, {"meaning", code.meaning}, {"remedy", code.remedy}};
}

Exit list(const Invocation& invocation, Console& console) {
    boost::json::array all;
    for (const auto& code : settings::codes()) {
        if (invocation.json())
            all.push_back(json_of(code));
        else
            console.out << code.code << "  " << code.title << "\n";
    }
    if (invocation.json()) console.out << all << "\n";
    return Exit::ok;
}

Exit run(const Invocation& invocation, Console& console) {
    if (invocation.has("--markdown")) {
        console.out << settings::codes_page();
        return Exit::ok;
    }
    if (!invocation.has("CODE")) return list(invocation, console);
    const auto* code = settings::find_code(invocation.one("CODE"));
    if (!code) {
        console.err << "signet: there is no such code\nAll of them: signet explain\n";
        return Exit::not_found;
    }
    if (invocation.json())
        console.out << json_of(*code) << "\n";
    else
        console.out << settings::explain(*code);
    return Exit::ok;
}

}  // namespace

constinit const Command command_explain{.noun = "",
                                        .verb = "explain",
                                        .summary = "Explain an error or warning by its code",
                                        .description = {},
                                        .arguments = kArguments,
                                        .examples = kExamples,
                                        .run = run};

}  // namespace signet::cli
