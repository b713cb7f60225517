#include "audit/timestamp.h"
#include "audit/trace.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/open_audit.h"
#include "cli/table.h"

#include <boost/json.hpp>

#include <map>
#include <ostream>

namespace signet::cli {
namespace {

namespace json = boost::json;

constexpr Argument kArguments[] = {{.name = "MESSAGE",
                                    .value = {},
                                    .description = "its queue id, or its Message-ID",
                                    .required = true}};
constexpr std::string_view kExamples[] = {"message trace 01JV3ABCDEFGHJKMNPQRSTVWXY",
                                          "message trace 20260501.7@example.com --json"};

using Steps = std::vector<audit::Event>;

json::object step_json(const audit::Event& step) {
    json::object object{{"time", audit::timestamp(step.time)},
                        {"event", step.event},
                        {"outcome", audit::name(step.outcome)},
                        {"reason", step.reason},
                        {"text", audit::step_text(step)}};
    if (!step.detail.empty()) object["reply"] = sanitised(step.detail, 1'024);
    if (const auto& delivery = step.delivery) {
        object["attempt"] = delivery->attempt;
        object["route"] = delivery->route;
        object["next_hop"] = delivery->next_hop;
    }
    if (step.tls) object["tls"] = step.tls->version + " " + step.tls->cipher;
    if (const auto until = audit::waits_until(step); !until.empty()) object["until"] = until;
    // A report and the message that it is about name one another.
    if (const auto& target = step.target) object[target->kind] = target->id;
    if (step.actor) object["actor"] = step.actor->name.empty() ? step.actor->id : step.actor->name;
    json::array recipients;
    for (const auto& one : step.message->recipients) recipients.emplace_back(sanitised(one, 512));
    if (!recipients.empty()) object["recipients"] = std::move(recipients);
    return object;
}

std::string trace_json(const std::map<std::string, Steps>& messages) {
    json::array all;
    for (const auto& [queue_id, steps] : messages) {
        json::array list;
        for (const auto& step : steps) list.push_back(step_json(step));
        all.push_back(
            json::object{{"queue_id", queue_id},
                         {"message_id", sanitised(steps.front().message->message_id, 512)},
                         {"steps", std::move(list)}});
    }
    return json::serialize(
        json::object{{"kind", "message_trace"}, {"api_version", 1}, {"messages", std::move(all)}});
}

void print(const std::map<std::string, Steps>& messages, Console& console) {
    bool first = true;
    for (const auto& [queue_id, steps] : messages) {
        if (!std::exchange(first, false)) console.out << "\n";
        console.out << "queue id " << queue_id << ", Message-ID "
                    << sanitised(steps.front().message->message_id, 512) << "\n";
        std::vector<std::vector<std::string>> rows;
        for (const auto& step : steps) {
            rows.push_back({audit::timestamp(step.time), std::string{audit::step_name(step)},
                            audit::step_text(step)});
        }
        console.out << in_columns(rows);
    }
}

Exit run(const Invocation& invocation, Console& console) {
    const auto log = open_audit(invocation, console);
    if (!log) return log.error();
    audit::Trace trace{invocation.one("MESSAGE")};
    bool whole = true;
    const auto read = observe::read_audit(*log->directory, [&](const audit::Recorded& recorded) {
        whole = trace.take(recorded.event);
        return whole;
    });
    if (!read) return cannot_read_audit(log->path, read.error(), console);
    if (*read != 0) console.err << "signet: " << *read << " lines of the log are no events\n";
    if (!whole) console.err << "signet: there are more steps than can be shown\n";
    std::map<std::string, Steps> messages;
    for (auto& step : std::move(trace).steps()) {
        messages[step.message->queue_id].push_back(std::move(step));
    }
    if (messages.empty()) {
        console.err << "signet: the audit log knows no message `"
                    << sanitised(invocation.one("MESSAGE"), 100) << "`\n";
        return Exit::not_found;
    }
    if (invocation.json())
        console.out << trace_json(messages) << "\n";
    else
        print(messages, console);
    return Exit::ok;
}

}  // namespace

constinit const Command command_message_trace{
    .noun = "message",
    .verb = "trace",
    .summary = "Show every step of a message, with times and replies",
    .description =
        "From the audit log alone, so no server need run and the message may be long gone: "
        "accepted, each try with its next hop, TLS and reply, until when it was deferred, "
        "delivered or given up, and what operators did. Several messages may have one "
        "Message-ID.",
    .arguments = kArguments,
    .examples = kExamples,
    .run = run};

}  // namespace signet::cli
