#include "cli/show.h"

#include "base/text.h"
#include "cli/table.h"
#include "settings/units.h"

#include <boost/json.hpp>

namespace signet::cli {
namespace {

namespace json = boost::json;

constexpr std::size_t kNameOctets = 100;

std::vector<std::string> part_row(const json::value& part) {
    const auto text = json::serialize(part);
    const auto next = member_of(text, "next_try");
    return {sanitised(member_of(text, "name"), kNameOctets), member_of(text, "messages"),
            shown_size(text), shown_time(member_of(text, "oldest")),
            next.empty() ? "-" : shown_time(next)};
}

// Nothing, if there is nothing to count.
std::string table_of(const json::object& summary, std::string_view member, std::string heading) {
    std::vector<std::vector<std::string>> rows{
        {std::move(heading), "MESSAGES", "SIZE", "OLDEST", "NEXT TRY"}};
    const auto* parts = summary.if_contains(member);
    if (!parts || !parts->is_array()) return {};
    for (const auto& part : parts->get_array()) rows.push_back(part_row(part));
    return rows.size() == 1 ? std::string{} : "\n" + in_columns(rows);
}

std::string ages_of(const json::object& summary) {
    std::vector<std::vector<std::string>> rows{{"AGE", "MESSAGES"}};
    const auto* ages = summary.if_contains("by_age");
    if (!ages || !ages->is_array()) return {};
    for (const auto& age : ages->get_array()) {
        const auto text = json::serialize(age);
        const auto under = parse_unsigned(member_of(text, "under_seconds"));
        const auto span = std::chrono::seconds{under.value_or(0)};
        rows.push_back({under ? "under " + settings::duration_text(span) : "older",
                        member_of(text, "messages")});
    }
    return "\n" + in_columns(rows);
}

}  // namespace

std::string show_queue_summary(std::string_view summary) {
    json::error_code error;
    const auto value = json::parse(summary, error);
    const auto* object = error ? nullptr : value.if_object();
    if (!object) return {};
    const auto messages = member_of(summary, "messages");
    if (messages == "0") return "No messages.\n";
    auto text = messages + " messages, " + shown_size(summary) + ", the oldest of " +
                shown_time(member_of(summary, "oldest")) + "\n" +
                table_of(*object, "by_state", "STATE") +
                table_of(*object, "by_domain", "RECIPIENT DOMAIN") +
                table_of(*object, "by_sender", "SENDER") +
                table_of(*object, "by_reply", "LAST REPLY") + ages_of(*object);
    if (member_of(summary, "some_left_out") == "yes") {
        text += "\nThere were more names than are counted.\n";
    }
    return text;
}

}  // namespace signet::cli
