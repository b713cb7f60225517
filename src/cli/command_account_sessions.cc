// account sessions.
#include "cli/command.h"
#include "cli/show.h"
#include "cli/table.h"

#include <ostream>

namespace signet::cli {
namespace {

constexpr Argument kArguments[] = {
    {.name = "NAME", .value = {}, .description = "only those of this account"},
    {.name = "--end",
     .value = {},
     .description = "end them, each at its next command; NAME is needed then"},
    {.name = "--session", .value = "ID", .description = "with --end: this one alone"}};
constexpr std::string_view kExamples[] = {"account sessions", "account sessions ann@example.com",
                                          "account sessions ann@example.com --end"};

std::vector<std::string> row_of(std::string_view session) {
    const auto or_dash = [&](std::string_view name) {
        auto text = member_of(session, name);
        return text.empty() ? "-" : text;
    };
    const auto actor = member_of(session, "actor");
    return {or_dash("account") + (actor.empty() ? "" : " (by " + actor + ")"),
            or_dash("credential"),
            or_dash("mechanism"),
            or_dash("client"),
            or_dash("tls"),
            or_dash("listener"),
            shown_time(member_of(session, "since")),
            or_dash("messages"),
            or_dash("id")};
}

std::string show_end(std::string_view ended) {
    return member_of(ended, "count") + " sessions of " + member_of(ended, "account") +
           " end at their next command\n";
}

Exit end(const Invocation& invocation, Console& console) {
    const auto name = invocation.one("NAME");
    if (name.empty()) return complain({Exit::usage, "--end needs the NAME of an account"}, console);
    RequestLine request{"session.end"};
    request.text("name", name);
    if (invocation.has("--session")) request.text("id", invocation.one("--session"));
    return ask_and_show(invocation, console, request.finish(),
                        {show_end, "account disable " + name, Reach::server});
}

Exit run(const Invocation& invocation, Console& console) {
    if (invocation.has("--end")) return end(invocation, console);
    if (invocation.has("--session")) {
        return complain({Exit::usage, "--session goes with --end"}, console);
    }
    const auto link = open_link(invocation, console, Reach::server);
    if (!link) return complain(link.error(), console);
    RequestLine request{"session.list"};
    if (invocation.has("NAME")) request.text("name", invocation.one("NAME"));
    std::vector<std::vector<std::string>> rows{{"ACCOUNT", "CREDENTIAL", "MECHANISM", "CLIENT",
                                                "TLS", "LISTENER", "SINCE", "MESSAGES", "SESSION"}};
    std::string items;
    const auto done = (*link)->ask(request.finish(), [&](std::string_view item) {
        if (invocation.json())
            items += (items.empty() ? "" : ",") + std::string{item};
        else
            rows.push_back(row_of(item));
    });
    if (!done) return complain(done.error(), console);
    const auto count = member_of(*done, "count");
    if (invocation.json()) {
        console.out << R"({"kind":"session_list","api_version":1,"count":)" << count
                    << R"(,"items":[)" << items << "]}\n";
        return Exit::ok;
    }
    if (rows.size() > 1) console.out << in_columns(rows);
    if (!invocation.quiet()) {
        if (count != std::to_string(rows.size() - 1)) {
            console.err << "Those are " << rows.size() - 1 << " of " << count << ".\n";
        }
        console.err << (rows.size() > 1 ? "Next: signet account sessions NAME --end\n"
                                        : "Nobody is signed in.\n");
    }
    return Exit::ok;
}

}  // namespace

constinit const Command command_account_sessions{
    .noun = "account",
    .verb = "sessions",
    .summary = "Show who is signed in now, or end that",
    .description =
        "Whoever's session was ended may sign in again: `signet account disable` and `signet "
        "credential revoke` end sessions, too, and keep them out.",
    .arguments = kArguments,
    .examples = kExamples,
    .run = run};

}  // namespace signet::cli
