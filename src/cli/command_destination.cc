// destination list, destination pause and destination resume.
#include "cli/command.h"
#include "cli/show.h"

namespace signet::cli {
namespace {

constexpr std::string_view kListExamples[] = {"destination list", "destination list --json"};
constexpr Argument kDomain[] = {{.name = "DOMAIN",
                                 .value = {},
                                 .description = "of recipients, without those below it",
                                 .required = true}};
constexpr std::string_view kPauseExamples[] = {"destination pause example.net"};
constexpr std::string_view kResumeExamples[] = {"destination resume example.net"};

Exit list(const Invocation& invocation, Console& console) {
    return list_ways(invocation, console,
                     {"destination.list",
                      "destination_list",
                      {"name", "state", "since", "by", "route", "reply"},
                      "queue summary"});
}

Exit steer(const Invocation& invocation, Console& console, std::string_view method) {
    RequestLine request{method};
    request.text("domain", invocation.one("DOMAIN"));
    return ask_and_show(invocation, console, request.finish(),
                        {show_way, "destination list", Reach::server});
}

Exit pause(const Invocation& invocation, Console& console) {
    return steer(invocation, console, "destination.pause");
}
Exit resume(const Invocation& invocation, Console& console) {
    return steer(invocation, console, "destination.resume");
}

}  // namespace

constinit const Command command_destination_list{
    .noun = "destination",
    .verb = "list",
    .summary = "List the destinations that are paused or down",
    .description =
        "A destination that is down could not be reached when it was last tried: the mail for it "
        "takes "
        "that answer and does not ask again for each message, up to ten minutes. `queue retry` "
        "asks at once. `*` is "
        "all that goes by the route.",
    .arguments = {},
    .examples = kListExamples,
    .run = list};

constinit const Command command_destination_pause{
    .noun = "destination",
    .verb = "pause",
    .summary = "Keep the mail for a domain in the queue",
    .description =
        "Whatever route leads there. What is being delivered goes on to its end; the rest waits, "
        "and no try is counted, over restarts and reloads, until `destination resume`. Other "
        "recipients of the same messages get theirs.",
    .arguments = kDomain,
    .examples = kPauseExamples,
    .run = pause};

constinit const Command command_destination_resume{
    .noun = "destination",
    .verb = "resume",
    .summary = "Let the mail for a paused domain go",
    .description = "What waits goes within a minute or two.",
    .arguments = kDomain,
    .examples = kResumeExamples,
    .run = resume};

}  // namespace signet::cli
