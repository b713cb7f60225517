// route list, route pause and route resume.
#include "cli/command.h"
#include "cli/show.h"
#include "cli/table.h"

#include <ostream>

namespace signet::cli {
namespace {

constexpr std::string_view kListExamples[] = {"route list", "route list --json"};
constexpr Argument kName[] = {
    {.name = "NAME", .value = {}, .description = "the name of a [[route]]", .required = true}};
constexpr std::string_view kPauseExamples[] = {"route pause upstream"};
constexpr std::string_view kResumeExamples[] = {"route resume upstream"};

Exit list(const Invocation& invocation, Console& console) {
    const auto link = open_link(invocation, console, Reach::server);
    if (!link) return complain(link.error(), console);
    std::vector<std::vector<std::string>> rows{{"ROUTE", "MATCH", "STATE"}};
    std::string items;
    const auto done = (*link)->ask(RequestLine{"route.list"}.finish(), [&](std::string_view item) {
        if (invocation.json()) {
            items += (items.empty() ? "" : ",") + std::string{item};
        } else {
            rows.push_back(
                {member_of(item, "name"), member_of(item, "match"), member_of(item, "state")});
        }
    });
    if (!done) return complain(done.error(), console);
    if (invocation.json()) {
        console.out << R"({"kind":"route_list","api_version":1,"items":[)" << items << "]}\n";
        return Exit::ok;
    }
    console.out << in_columns(rows);
    if (!invocation.quiet()) console.err << "Next: signet route test ADDRESS\n";
    return Exit::ok;
}

std::string state(std::string_view answer) {
    return member_of(answer, "name") + ": " + member_of(answer, "state") + "\n";
}

Exit steer(const Invocation& invocation, Console& console, std::string_view method) {
    RequestLine request{method};
    request.text("name", invocation.one("NAME"));
    return ask_and_show(invocation, console, request.finish(),
                        {state, "route list", Reach::server});
}

Exit pause(const Invocation& invocation, Console& console) {
    return steer(invocation, console, "route.pause");
}
Exit resume(const Invocation& invocation, Console& console) {
    return steer(invocation, console, "route.resume");
}

}  // namespace

constinit const Command command_route_list{
    .noun = "route",
    .verb = "list",
    .summary = "List the routes in force, and which are paused",
    .description = {},
    .arguments = {},
    .examples = kListExamples,
    .run = list};

constinit const Command command_route_pause{
    .noun = "route",
    .verb = "pause",
    .summary = "Keep the mail of a route in the queue",
    .description =
        "What is being delivered goes on to its end; the rest waits, and no try is counted. Ends "
        "with `route resume`, or with a restart of the server.",
    .arguments = kName,
    .examples = kPauseExamples,
    .run = pause};

constinit const Command command_route_resume{
    .noun = "route",
    .verb = "resume",
    .summary = "Let the mail of a paused route go",
    .description = "What waits goes within a minute or two.",
    .arguments = kName,
    .examples = kResumeExamples,
    .run = resume};

}  // namespace signet::cli
