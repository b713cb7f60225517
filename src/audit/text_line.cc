#include "audit/text_line.h"

#include "base/text.h"

namespace signet::audit {
namespace {

constexpr std::size_t kValueOctets = 255;  // before encoding

class Line {
public:
    explicit Line(std::string_view kind) : text_(kind) {}
    Line& add(std::string_view key, std::string_view value) {
        text_ += ' ';
        text_ += key;
        text_ += '=';
        if (value.empty())
            text_ += '-';
        else if (value == "-")
            text_ += "%2D";
        else
            text_ += percent_encode(value.substr(0, kValueOctets));
        return *this;
    }
    Line& add(std::string_view key, std::uint64_t number) {
        return add(key, std::to_string(number));
    }
    std::string take() { return std::move(text_); }

private:
    std::string text_;
};

std::string_view user_of(const Event& event) {
    return event.account_name.empty() ? event.user_name : event.account_name;
}

std::string auth_line(const Event& event) {
    return Line{"auth"}
        .add("outcome", name(event.outcome))
        .add("reason", event.reason)
        .add("user", event.user_name.empty() ? event.account_name : event.user_name)
        .add("ip", event.client.ip)
        .add("mech", event.mechanism)
        .add("service", event.service)
        .add("rule", event.policy_rule)
        .add("rep", event.repeat_count)
        .take();
}

std::string message_line(const Event& event) {
    const auto message = event.message.value_or(Message{});
    const auto delivery = event.delivery.value_or(Delivery{});
    const bool null_sender = event.message && message.sender.empty();
    Line line{"message"};
    line.add("event", event.event.substr(event.event.find('.') + 1))
        .add("outcome", name(event.outcome))
        .add("reason", event.reason)
        .add("user", user_of(event))
        .add("ip", event.client.ip)
        .add("service", event.service)
        .add("queue", message.queue_id)
        .add("msgid", message.message_id)
        .add("from", null_sender ? "<>" : message.sender)
        .add("to", message.recipients.empty() ? "" : message.recipients.front())
        .add("nrcpt", message.recipients.size())
        .add("size", message.size)
        .add("route", delivery.route)
        .add("hop", delivery.next_hop)
        .add("try", delivery.attempt)
        .add("code", event.smtp.code > 0 ? std::to_string(event.smtp.code) : "")
        .add("status", event.smtp.enhanced)
        .add("session", event.session_id);
    return std::move(line).take();
}

std::string event_line(const Event& event) {
    const auto actor = event.actor.value_or(Actor{});
    const auto target = event.target.value_or(Target{});
    Line line{"event"};
    line.add("name", event.event)
        .add("outcome", name(event.outcome))
        .add("reason", event.reason)
        .add("user", user_of(event))
        .add("ip", event.client.ip)
        .add("service", event.service)
        .add("session", event.session_id)
        .add("actor", actor.name.empty() ? actor.id : actor.name)
        .add("target", target.name.empty() ? target.id : target.name)
        .add("detail", event.detail);
    return std::move(line).take();
}

}  // namespace

std::string text_line(const Event& event) {
    if (event.event.starts_with("auth.")) return auth_line(event);
    if (event.event.starts_with("message.")) return message_line(event);
    return event_line(event);
}

}  // namespace signet::audit
