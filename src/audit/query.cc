#include "audit/query.h"

#include "base/text.h"

namespace signet::audit {
namespace {

bool is(std::string_view wanted, std::string_view value) {
    return wanted.empty() || wanted == value;
}

bool is_event(std::string_view wanted, std::string_view event) {
    if (!wanted.ends_with(".*")) return is(wanted, event);
    return event.starts_with(wanted.substr(0, wanted.size() - 1));
}

bool is_user(const std::string& wanted, const Event& event) {
    return wanted.empty() || equal_nocase(wanted, event.user_name) ||
           equal_nocase(wanted, event.account_name);
}

}  // namespace

bool matches(const Query& query, const Event& event) {
    if (query.since && event.time < *query.since) return false;
    if (query.until && event.time >= *query.until) return false;
    const std::string_view queue_id = event.message ? event.message->queue_id : std::string_view{};
    return is_user(query.user, event) && is(query.ip, event.client.ip) &&
           is_event(query.event, event.event) && is(query.outcome, name(event.outcome)) &&
           is(query.reason, event.reason) && is(query.session_id, event.session_id) &&
           is(query.queue_id, queue_id);
}

}  // namespace signet::audit
