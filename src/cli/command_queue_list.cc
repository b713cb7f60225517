// queue list and queue show.
#include "cli/command.h"
#include "cli/show.h"
#include "cli/table.h"

#include <ostream>

namespace signet::cli {
namespace {

constexpr std::string_view kListExamples[] = {"queue list", "queue list --json"};
constexpr Argument kShowArguments[] = {
    {.name = "ID", .value = {}, .description = "the queue id of the message", .required = true}};
constexpr std::string_view kShowExamples[] = {"queue show 01JV3ABCDEFGHJKMNPQRSTVWXY"};

// The pages of the queue, one request after another.
Result<std::size_t, LinkFault> each_message(Link& link, const Link::Take& take) {
    std::size_t count = 0;
    std::string after;
    for (bool more = true; more;) {
        RequestLine request{"queue.list"};
        if (!after.empty()) request.text("after", after);
        const auto done = link.ask(request.finish(), [&](std::string_view item) {
            after = member_of(item, "queue_id");
            ++count;
            take(item);
        });
        if (!done) return fail(done.error());
        more = member_of(*done, "more") == "yes" && !after.empty();
    }
    return count;
}

Exit list(const Invocation& invocation, Console& console) {
    const auto link = open_link(invocation, console);
    if (!link) return complain(link.error(), console);
    std::vector<std::vector<std::string>> rows{
        {"ID", "ACCEPTED", "SIZE", "SENDER", "TRIES", "PENDING"}};
    std::string items;
    const auto count = each_message(**link, [&](std::string_view item) {
        if (invocation.json())
            items += (items.empty() ? "" : ",") + std::string{item};
        else
            rows.push_back(message_row(item));
    });
    if (!count) return complain(count.error(), console);
    if (invocation.json()) {
        console.out << R"({"kind":"message_list","api_version":1,"items":[)" << items << "]}\n";
        return Exit::ok;
    }
    if (*count != 0) console.out << in_columns(rows);
    if (!invocation.quiet()) {
        console.err << (*count != 0 ? "Next: signet queue show ID\n" : "The queue is empty.\n");
    }
    return Exit::ok;
}

Exit show(const Invocation& invocation, Console& console) {
    const auto id = invocation.one("ID");
    return ask_and_show(invocation, console, RequestLine{"queue.show"}.text("id", id).finish(),
                        {show_message, "audit-log query --queue-id " + id});
}

}  // namespace

constinit const Command command_queue_list{.noun = "queue",
                                           .verb = "list",
                                           .summary = "List the messages that wait",
                                           .description = {},
                                           .arguments = {},
                                           .examples = kListExamples,
                                           .run = list};

constinit const Command command_queue_show{.noun = "queue",
                                           .verb = "show",
                                           .summary = "Show one message that waits",
                                           .description =
                                               "Its envelope and what became of each "
                                               "recipient; never its content.",
                                           .arguments = kShowArguments,
                                           .examples = kShowExamples,
                                           .run = show};

}  // namespace signet::cli
