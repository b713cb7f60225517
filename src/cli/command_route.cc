// route list, route pause and route resume.
#include "cli/command.h"
#include "cli/show.h"

namespace signet::cli {
namespace {

constexpr std::string_view kListExamples[] = {"route list", "route list --json"};
constexpr Argument kName[] = {
    {.name = "NAME", .value = {}, .description = "the name of a [[route]]", .required = true}};
constexpr std::string_view kPauseExamples[] = {"route pause upstream"};
constexpr std::string_view kResumeExamples[] = {"route resume upstream"};

Exit list(const Invocation& invocation, Console& console) {
    return list_ways(invocation, console,
                     {"route.list",
                      "route_list",
                      {"name", "match", "state", "since", "by"},
                      "route test ADDRESS"});
}

Exit steer(const Invocation& invocation, Console& console, std::string_view method) {
    RequestLine request{method};
    request.text("name", invocation.one("NAME"));
    return ask_and_show(invocation, console, request.finish(),
                        {show_way, "route list", Reach::server});
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
        "What is being delivered goes on to its end; the rest waits, and no try is counted, over "
        "restarts and reloads, until `route resume`.",
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
