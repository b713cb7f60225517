// queue list and queue show.
#include "base/text.h"
#include "cli/command.h"
#include "cli/queue_filter.h"
#include "cli/show.h"
#include "cli/table.h"

#include <chrono>
#include <ostream>

namespace signet::cli {
namespace {

constexpr auto kListArguments = with_filter(std::to_array<Argument>(
    {{.name = "--limit", .value = "COUNT", .description = "at most so many"},
     {.name = "--after", .value = "ID", .description = "only those behind this one"}}));
constexpr std::string_view kListExamples[] = {"queue list", "queue list --json",
                                              "queue list --domain example.net --reply greylisted",
                                              "queue list --state deferred --limit 50"};
constexpr Argument kShowArguments[] = {
    {.name = "ID", .value = {}, .description = "the queue id of the message", .required = true}};
constexpr std::string_view kShowExamples[] = {"queue show 01JV3ABCDEFGHJKMNPQRSTVWXY"};

// What is to be listed.
struct Wanted {
    FilterWords words;
    std::string after;
    std::uint64_t limit = 0;  // 0: all
};

// What was listed.
struct Listed {
    std::size_t count = 0;
    std::string last;   // the id of the last one
    bool more = false;  // there was no room for another
};

Result<Wanted, std::string> wanted_of(const Invocation& invocation) {
    const auto now = std::chrono::floor<WallTime::duration>(std::chrono::system_clock::now());
    auto words = filter_words(invocation, now);
    if (!words) return fail(words.error());
    Wanted wanted{std::move(*words), invocation.one("--after"), 0};
    if (!invocation.has("--limit")) return wanted;
    const auto limit = parse_unsigned(invocation.one("--limit"));
    if (!limit || *limit == 0) return fail(std::string{"--limit takes a number from 1"});
    wanted.limit = *limit;
    return wanted;
}

// The pages of the queue, one request after another.
Result<Listed, LinkFault> each_message(Link& link, const Wanted& wanted, const Link::Take& take) {
    Listed listed;
    auto after = wanted.after;
    for (bool more = true; more && !listed.more;) {
        RequestLine request{"queue.list"};
        wanted.words.add_to(request);
        if (!after.empty()) request.text("after", after);
        const auto done = link.ask(request.finish(), [&](std::string_view item) {
            listed.more = wanted.limit != 0 && listed.count == wanted.limit;
            if (listed.more) return;
            listed.last = member_of(item, "queue_id");
            ++listed.count;
            take(item);
        });
        if (!done) return fail(done.error());
        after = member_of(*done, "after");
        more = member_of(*done, "more") == "yes" && !after.empty();
    }
    return listed;
}

void say_next(Console& console, const Listed& listed, bool filtered) {
    if (listed.more)
        console.err << "There are more: --after " << listed.last << "\n";
    else if (listed.count != 0)
        console.err << "Next: signet queue show ID\n";
    else
        console.err << (filtered ? "No message matches.\n" : "The queue is empty.\n");
}

Exit list(const Invocation& invocation, Console& console) {
    const auto wanted = wanted_of(invocation);
    if (!wanted) return complain({Exit::usage, wanted.error()}, console);
    const auto link = open_link(invocation, console);
    if (!link) return complain(link.error(), console);
    std::vector<std::vector<std::string>> rows{
        {"ID", "ACCEPTED", "SIZE", "STATE", "SENDER", "TRIES", "PENDING"}};
    std::string items;
    const auto listed = each_message(**link, *wanted, [&](std::string_view item) {
        if (invocation.json())
            items += (items.empty() ? "" : ",") + std::string{item};
        else
            rows.push_back(message_row(item));
    });
    if (!listed) return complain(listed.error(), console);
    if (invocation.json()) {
        console.out << R"({"kind":"message_list","api_version":1,"more":)"
                    << (listed->more ? "true" : "false") << ",\"items\":[" << items << "]}\n";
        return Exit::ok;
    }
    if (listed->count != 0) console.out << in_columns(rows);
    if (!invocation.quiet()) say_next(console, *listed, has_filter(invocation));
    return Exit::ok;
}

Exit show(const Invocation& invocation, Console& console) {
    const auto id = invocation.one("ID");
    return ask_and_show(invocation, console, RequestLine{"queue.show"}.text("id", id).finish(),
                        {show_message, "message trace " + id});
}

}  // namespace

constinit const Command command_queue_list{.noun = "queue",
                                           .verb = "list",
                                           .summary = "List the messages that wait",
                                           .description = "All options must hold.",
                                           .arguments = kListArguments,
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
