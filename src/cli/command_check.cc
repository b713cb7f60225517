#include "app/load_settings.h"
#include "app/load_tls.h"
#include "app/look_at_files.h"
#include "cli/account_facts.h"
#include "cli/command.h"
#include "net/system_clock.h"

#include <algorithm>
#include <ostream>

namespace signet::cli {
namespace {

constexpr Argument kArguments[] = {
    {.name = "--fail-on",
     .value = "LEVEL",
     .description = "error (the default) or warn: from which on the exit code is not 0"}};
constexpr std::string_view kExamples[] = {"check", "check --config /etc/signet/signet.toml --json",
                                          "check --fail-on warn"};

WallTime now() { return net::SystemClock{}.wall(); }

void show_findings(const std::vector<settings::Finding>& findings, Console& console) {
    for (const auto& finding : findings) {
        console.out << (finding.problems.empty() ? "[ok] " : "[! ] ") << finding.subject << ": "
                    << finding.verdict << "\n";
    }
}

Exit show_problems(const std::vector<settings::Problem>& problems, const Invocation& invocation,
                   Console& console) {
    if (invocation.json())
        console.out << settings::problems_json(problems) << "\n";
    else
        console.out << settings::render(problems) << "\n" << settings::summary(problems) << "\n";
    return Exit::settings;
}

Exit run(const Invocation& invocation, Console& console) {
    const auto level = invocation.one("--fail-on");
    if (!level.empty() && level != "error" && level != "warn") {
        console.err << "signet: --fail-on takes error or warn\n";
        return Exit::usage;
    }
    auto loaded = app::load_settings(invocation.config());
    if (!loaded) return show_problems(loaded.error(), invocation, console);

    const settings::SafetyFacts facts{.files = app::look_at_files(loaded->snapshot),
                                      .accounts = account_facts(loaded->snapshot),
                                      .tls = app::load_tls(loaded->snapshot, now()).facts};
    const auto findings = settings::judge_safety(loaded->snapshot, loaded->places, facts);
    auto problems = std::move(loaded->warnings);
    for (const auto& finding : findings) {
        problems.insert(problems.end(), finding.problems.begin(), finding.problems.end());
    }
    if (invocation.json()) {
        console.out << settings::problems_json(problems) << "\n";
    } else {
        if (!problems.empty()) console.out << settings::render(problems) << "\n";
        if (!invocation.quiet()) show_findings(findings, console);
        console.out << settings::summary(problems) << "\n";
    }
    if (settings::has_error(problems)) return Exit::settings;
    if (!problems.empty() && level == "warn") return Exit::findings;
    if (!invocation.quiet() && !invocation.json()) {
        console.err << "Next: signet serve --config " << invocation.config() << "\n";
    }
    return Exit::ok;
}

}  // namespace

constinit const Command command_check{
    .noun = "",
    .verb = "check",
    .summary = "Check the settings, and whether they are safe",
    .description =
        "Every problem is reported at once, each with its place and a way out. What was "
        "looked at for safety is named even when all is well.",
    .arguments = kArguments,
    .examples = kExamples,
    .run = run};

}  // namespace signet::cli
