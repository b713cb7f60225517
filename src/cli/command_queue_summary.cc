#include "base/text.h"
#include "cli/command.h"
#include "cli/queue_filter.h"
#include "cli/show.h"

#include <chrono>

namespace signet::cli {
namespace {

constexpr auto kArguments = with_filter(std::to_array<Argument>(
    {{.name = "--top", .value = "COUNT", .description = "so many of each kind; default 10"}}));
constexpr std::string_view kExamples[] = {"queue summary", "queue summary --domain example.net",
                                          "queue summary --top 3 --json"};

Exit run(const Invocation& invocation, Console& console) {
    const auto now = std::chrono::floor<WallTime::duration>(std::chrono::system_clock::now());
    const auto words = filter_words(invocation, now);
    if (!words) return complain({Exit::usage, words.error()}, console);
    RequestLine request{"queue.summary"};
    words->add_to(request);
    if (invocation.has("--top")) {
        const auto top = parse_unsigned(invocation.one("--top"));
        if (!top || *top == 0 || *top > 100) {
            return complain({Exit::usage, "--top takes a number from 1 to 100"}, console);
        }
        request.number("top", *top);
    }
    return ask_and_show(invocation, console, request.finish(),
                        {show_queue_summary, "queue list --domain DOMAIN"});
}

}  // namespace

constinit const Command command_queue_summary{
    .noun = "queue",
    .verb = "summary",
    .summary = "Count what waits, by domain, sender, state, reply and age",
    .description = "Looks at the whole queue, or at what fits all options.",
    .arguments = kArguments,
    .examples = kExamples,
    .run = run};

}  // namespace signet::cli
