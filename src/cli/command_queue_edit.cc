// queue hold, release, retry, delete and bounce: messages by their ids, or by a filter.
#include "cli/command.h"
#include "cli/queue_filter.h"
#include "cli/show.h"

#include <charconv>
#include <chrono>
#include <istream>
#include <ostream>

namespace signet::cli {
namespace {

constexpr auto kArguments = with_filter(std::to_array<Argument>(
    {{.name = "ID",
      .value = {},
      .description = "the queue id of a message; or say which by the options",
      .repeated = true},
     {.name = "--yes", .value = {}, .description = "do not ask when there are several"}}));

struct Act {
    std::string_view method;
    std::string_view done;       // "is held"
    std::string_view many;       // "will be held"
    bool ends_messages = false;  // several are then meant only by somebody who says how many
};
constexpr Act kHold{"queue.hold", "is held", "held"},
    kRelease{"queue.release", "is released and tried now", "released and tried now"},
    kRetry{"queue.retry", "is tried now", "tried now"},
    kDelete{"queue.delete", "is deleted", "deleted, unsent and without a report", true},
    kBounce{"queue.bounce", "is given up", "given up, with a report to its sender", true};

// Whoever means several says how many, or --yes.
bool confirmed(const Invocation& invocation, Console& console, const Act& act,
               const std::string& count) {
    if (invocation.has("--yes")) return true;
    if (!console.in_is_terminal) {
        console.err << "signet: " << count << " messages would be " << act.many << "; say --yes\n";
        return false;
    }
    console.err << count << " messages will be " << act.many << ". Type " << count << " to go on: ";
    std::string answer;
    std::getline(console.in, answer);
    return answer == count;
}

// Each in turn; one that fails does not keep the others from being done.
Exit by_ids(const Invocation& invocation, Console& console, const Act& act) {
    const auto& ids = invocation.all("ID");
    if (act.ends_messages && ids.size() > 1 &&
        !confirmed(invocation, console, act, std::to_string(ids.size()))) {
        return Exit::usage;
    }
    const auto link = open_link(invocation, console);
    if (!link) return complain(link.error(), console);
    auto exit = Exit::ok;
    std::string items;
    for (const auto& id : ids) {
        const auto done =
            (*link)->ask(RequestLine{act.method}.text("id", id).finish(), [](std::string_view) {});
        if (!done)
            exit = complain(done.error(), console);
        else if (invocation.json())
            items += (items.empty() ? "" : ",") + *done;
        else
            console.out << member_of(*done, "queue_id") << " " << act.done << "\n";
    }
    if (invocation.json()) {
        console.out << R"({"kind":"message_list","api_version":1,"items":[)" << items << "]}\n";
    } else if (exit == Exit::ok && !invocation.quiet()) {
        console.err << "Next: signet queue list\n";
    }
    return exit;
}

std::uint64_t number_of(std::string_view object, std::string_view name) {
    const auto text = member_of(object, name);
    std::uint64_t number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

struct Came {
    std::uint64_t done = 0, skipped = 0, failed = 0;
    std::string items{};  // JSON
};

// Page by page, up to the last message that was counted.
Result<Came, LinkFault> act_on_all(Link& link, Console& console, const Act& act,
                                   const FilterWords& words, const std::string& through) {
    Came came;
    std::string after;
    for (bool more = true; more;) {
        RequestLine request{act.method};
        words.add_to(request).text("through", through);
        if (!after.empty()) request.text("after", after);
        const auto page = link.ask(request.finish(), [&](std::string_view item) {
            came.items += (came.items.empty() ? "" : ",") + std::string{item};
            if (member_of(item, "result") != "failed") return;
            console.err << "signet: message " << member_of(item, "queue_id")
                        << member_of(item, "why") << "\n";
        });
        if (!page) return fail(page.error());
        came.done += number_of(*page, "done");
        came.skipped += number_of(*page, "skipped");
        came.failed += number_of(*page, "failed");
        after = member_of(*page, "after");
        more = member_of(*page, "more") == "yes" && !after.empty();
    }
    return came;
}

void print(const Invocation& invocation, Console& console, const Act& act,
           const std::string& matched, const Came& came) {
    if (invocation.json()) {
        console.out << R"({"kind":"queue_edits","api_version":1,"matched":)" << matched
                    << ",\"done\":" << came.done << ",\"skipped\":" << came.skipped
                    << ",\"failed\":" << came.failed << ",\"items\":[" << came.items << "]}\n";
        return;
    }
    console.out << came.done << " " << act.many << "; " << came.skipped
                << " skipped (being delivered now, held, or so already); " << came.failed
                << " failed\n";
    if (!invocation.quiet()) console.err << "Next: signet queue summary\n";
}

Exit by_filter(const Invocation& invocation, Console& console, const Act& act) {
    const auto now = std::chrono::floor<WallTime::duration>(std::chrono::system_clock::now());
    const auto words = filter_words(invocation, now);
    if (!words) return complain({Exit::usage, words.error()}, console);
    const auto link = open_link(invocation, console);
    if (!link) return complain(link.error(), console);
    RequestLine count{"queue.summary"};
    const auto summary = (*link)->ask(words->add_to(count).finish(), [](std::string_view) {});
    if (!summary) return complain(summary.error(), console);
    const auto matched = member_of(*summary, "messages");
    if (matched == "0") {
        if (!invocation.quiet()) console.err << "No message matches.\n";
        if (invocation.json()) print(invocation, console, act, matched, {});
        return Exit::ok;
    }
    if (!confirmed(invocation, console, act, matched)) return Exit::usage;
    const auto came = act_on_all(**link, console, act, *words, member_of(*summary, "last"));
    if (!came) return complain(came.error(), console);
    print(invocation, console, act, matched, *came);
    return came->failed == 0 ? Exit::ok : Exit::failed;
}

template <const Act& act>
Exit run(const Invocation& invocation, Console& console) {
    const bool ids = invocation.has("ID"), filter = has_filter(invocation);
    if (ids == filter) {
        console.err << "signet: say which messages: by their ids, or by options such as --domain"
                    << (ids ? ", not both" : "") << "\n";
        return Exit::usage;
    }
    return ids ? by_ids(invocation, console, act) : by_filter(invocation, console, act);
}

constexpr std::string_view kHoldExamples[] = {"queue hold 01JV3ABCDEFGHJKMNPQRSTVWXY",
                                              "queue hold --sender *@example.com --newer 2h --yes"};
constexpr std::string_view kReleaseExamples[] = {"queue release 01JV3ABCDEFGHJKMNPQRSTVWXY",
                                                 "queue release --state hold --yes"};
constexpr std::string_view kRetryExamples[] = {"queue retry 01JV3ABCDEFGHJKMNPQRSTVWXY",
                                               "queue retry --domain example.net --yes"};
constexpr std::string_view kDeleteExamples[] = {"queue delete 01JV3ABCDEFGHJKMNPQRSTVWXY",
                                                "queue delete --sender *@example.com --older 2d"};
constexpr std::string_view kBounceExamples[] = {"queue bounce 01JV3ABCDEFGHJKMNPQRSTVWXY",
                                                "queue bounce --recipient bob@example.net --yes"};

}  // namespace

constinit const Command command_queue_hold{
    .noun = "queue",
    .verb = "hold",
    .summary = "Keep messages back until they are released",
    .description =
        "What is held is not tried and never given up, however old it becomes, over "
        "restarts too. What is being delivered just now is left alone. By options: says "
        "how many match and asks; all options must hold.",
    .arguments = kArguments,
    .examples = kHoldExamples,
    .run = run<kHold>};

constinit const Command command_queue_release{
    .noun = "queue",
    .verb = "release",
    .summary = "Let go messages that are held, and try them now",
    .description = {},
    .arguments = kArguments,
    .examples = kReleaseExamples,
    .run = run<kRelease>};

constinit const Command command_queue_retry{.noun = "queue",
                                            .verb = "retry",
                                            .summary = "Try messages now",
                                            .description = "What is held stays held.",
                                            .arguments = kArguments,
                                            .examples = kRetryExamples,
                                            .run = run<kRetry>};

constinit const Command command_queue_delete{
    .noun = "queue",
    .verb = "delete",
    .summary = "Delete messages that wait",
    .description =
        "They are not sent, and their senders hear nothing of it. A message that is being "
        "delivered just now is left alone (exit code 7).",
    .arguments = kArguments,
    .examples = kDeleteExamples,
    .run = run<kDelete>};

constinit const Command command_queue_bounce{
    .noun = "queue",
    .verb = "bounce",
    .summary = "Give messages up, with a report to their senders",
    .description =
        "As if every next hop had refused those recipients who still wait, all of them. A "
        "message with the null sender gets no report. What is being delivered just now is "
        "left alone (exit code 7).",
    .arguments = kArguments,
    .examples = kBounceExamples,
    .run = run<kBounce>};

}  // namespace signet::cli
