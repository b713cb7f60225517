#include "audit/query.h"
#include "audit/text_line.h"
#include "audit/timestamp.h"
#include "cli/command.h"
#include "cli/open_audit.h"
#include "settings/units.h"

#include <chrono>
#include <deque>
#include <ostream>

namespace signet::cli {
namespace {

constexpr Argument kArguments[] = {
    {.name = "--since",
     .value = "TIME",
     .description = "2026-05-01, 2026-05-01T09:14:02Z, or a duration: 2h is two hours ago"},
    {.name = "--until", .value = "TIME", .description = "likewise; events before it"},
    {.name = "--user", .value = "NAME", .description = "as presented, or the account"},
    {.name = "--ip", .value = "ADDRESS", .description = "of the client"},
    {.name = "--event",
     .value = "EVENT",
     .description = "auth.attempt, or auth.* for all of a kind"},
    {.name = "--outcome", .value = "OUTCOME", .description = "success, failure, aborted or error"},
    {.name = "--reason", .value = "REASON", .description = "bad_password, unknown_account, …"},
    {.name = "--session", .value = "ID", .description = "of one session"},
    {.name = "--queue-id", .value = "ID", .description = "of one message"},
    {.name = "--last", .value = "COUNT", .description = "only the last so many"}};
constexpr std::string_view kExamples[] = {
    "audit-log query --since 1h --outcome failure",
    "audit-log query --queue-id 01JV3ABCDEFGHJKMNPQRSTVWXY",
    "audit-log query --user ann@example.com --event auth.* --json"};

constexpr std::uint64_t kMostKept = 100'000;  // for --last: they are held in memory

struct Asked {
    audit::Query query;
    std::uint64_t last = 0;  // 0: all
};

Result<std::optional<WallTime>, std::string> time_of(const Invocation& invocation,
                                                     std::string_view name) {
    if (!invocation.has(name)) return std::nullopt;
    const auto text = invocation.one(name);
    if (const auto span = settings::parse_duration(text)) {
        const auto now = std::chrono::system_clock::now();
        return std::chrono::floor<std::chrono::microseconds>(now) - *span;
    }
    if (const auto time = audit::parse_timestamp(text)) return *time;
    return fail(std::string{name} +
                " takes a date, a time as 2026-05-01T09:14:02Z, or a duration "
                "as 2h");
}

Result<Asked, std::string> asked_of(const Invocation& invocation) {
    Asked asked;
    const auto since = time_of(invocation, "--since"), until = time_of(invocation, "--until");
    if (!since) return fail(since.error());
    if (!until) return fail(until.error());
    asked.query = {.since = *since,
                   .until = *until,
                   .user = invocation.one("--user"),
                   .ip = invocation.one("--ip"),
                   .event = invocation.one("--event"),
                   .outcome = invocation.one("--outcome"),
                   .reason = invocation.one("--reason"),
                   .session_id = invocation.one("--session"),
                   .queue_id = invocation.one("--queue-id")};
    if (invocation.has("--last")) {
        const auto count = settings::parse_size(invocation.one("--last") + " B");
        if (!count || *count == 0 || *count > kMostKept) {
            return fail(std::string{"--last takes a number from 1 to 100000"});
        }
        asked.last = *count;
    }
    return asked;
}

std::string line_of(const audit::Recorded& recorded, bool json) {
    if (json) return audit::to_json(recorded.event, recorded.stamp);
    return audit::timestamp(recorded.event.time) + " " + audit::text_line(recorded.event);
}

// Prints as it reads, or keeps the last ones and prints those.
Exit print(observe::Directory& directory, const std::string& path, const Asked& asked, bool json,
           Console& console) {
    std::deque<std::string> kept;
    std::size_t found = 0;
    const auto read = observe::read_audit(directory, [&](const audit::Recorded& recorded) {
        if (!audit::matches(asked.query, recorded.event)) return true;
        ++found;
        if (asked.last == 0) {
            console.out << line_of(recorded, json) << "\n";
            return static_cast<bool>(console.out);  // the reader went away
        }
        kept.push_back(line_of(recorded, json));
        if (kept.size() > asked.last) kept.pop_front();
        return true;
    });
    for (const auto& line : kept) console.out << line << "\n";
    if (!read) return cannot_read_audit(path, read.error(), console);
    if (*read != 0) console.err << "signet: " << *read << " lines of the log are no events\n";
    if (found == 0 && !json) console.err << "No event matches.\n";
    return Exit::ok;
}

Exit run(const Invocation& invocation, Console& console) {
    const auto asked = asked_of(invocation);
    if (!asked) {
        console.err << "signet: " << asked.error() << "\nSee: signet audit-log query --help\n";
        return Exit::usage;
    }
    const auto log = open_audit(invocation, console);
    if (!log) return log.error();
    return print(*log->directory, log->path, *asked, invocation.json(), console);
}

}  // namespace

constinit const Command command_audit_log_query{
    .noun = "audit-log",
    .verb = "query",
    .summary = "Search the record of who did what",
    .description =
        "Reads the files of the log itself, so no server need run. With --json each "
        "line is one event, as it was written; all conditions must hold.",
    .arguments = kArguments,
    .examples = kExamples,
    .run = run};

}  // namespace signet::cli
