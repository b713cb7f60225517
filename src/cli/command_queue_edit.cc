// queue retry and queue delete.
#include "cli/command.h"
#include "cli/show.h"

#include <istream>
#include <ostream>

namespace signet::cli {
namespace {

constexpr Argument kRetryArguments[] = {{.name = "ID",
                                         .value = {},
                                         .description = "the queue id of a message",
                                         .required = true,
                                         .repeated = true}};
constexpr Argument kDeleteArguments[] = {
    kRetryArguments[0],
    {.name = "--yes", .value = {}, .description = "do not ask when there are several"}};
constexpr std::string_view kRetryExamples[] = {"queue retry 01JV3ABCDEFGHJKMNPQRSTVWXY"};
constexpr std::string_view kDeleteExamples[] = {"queue delete 01JV3ABCDEFGHJKMNPQRSTVWXY"};

// Each in turn; one that fails does not keep the others from being done.
Exit each(const Invocation& invocation, Console& console, std::string_view method,
          std::string_view done_word) {
    const auto link = open_link(invocation, console);
    if (!link) return complain(link.error(), console);
    auto exit = Exit::ok;
    std::string items;
    for (const auto& id : invocation.all("ID")) {
        const auto done =
            (*link)->ask(RequestLine{method}.text("id", id).finish(), [](std::string_view) {});
        if (!done)
            exit = complain(done.error(), console);
        else if (invocation.json())
            items += (items.empty() ? "" : ",") + *done;
        else
            console.out << member_of(*done, "queue_id") << " " << done_word << "\n";
    }
    if (invocation.json()) {
        console.out << R"({"kind":"message_list","api_version":1,"items":[)" << items << "]}\n";
    } else if (exit == Exit::ok && !invocation.quiet()) {
        console.err << "Next: signet queue list\n";
    }
    return exit;
}

Exit retry(const Invocation& invocation, Console& console) {
    return each(invocation, console, "queue.retry", "is tried now");
}

// Several are deleted only by somebody who says how many.
bool confirmed(const Invocation& invocation, Console& console) {
    const auto count = invocation.all("ID").size();
    if (count < 2 || invocation.has("--yes")) return true;
    if (!console.in_is_terminal) {
        console.err << "signet: " << count << " messages would be deleted; say --yes\n";
        return false;
    }
    console.err << count << " messages will be deleted, unsent and without a report. Type " << count
                << " to go on: ";
    std::string answer;
    std::getline(console.in, answer);
    return answer == std::to_string(count);
}

Exit remove(const Invocation& invocation, Console& console) {
    if (!confirmed(invocation, console)) return Exit::usage;
    return each(invocation, console, "queue.delete", "is deleted");
}

}  // namespace

constinit const Command command_queue_retry{.noun = "queue",
                                            .verb = "retry",
                                            .summary = "Try a message now",
                                            .description = {},
                                            .arguments = kRetryArguments,
                                            .examples = kRetryExamples,
                                            .run = retry};

constinit const Command command_queue_delete{
    .noun = "queue",
    .verb = "delete",
    .summary = "Delete a message that waits",
    .description =
        "It is not sent, and its sender hears nothing of it. A message that is being "
        "delivered just now is left alone (exit code 7).",
    .arguments = kDeleteArguments,
    .examples = kDeleteExamples,
    .run = remove};

}  // namespace signet::cli
