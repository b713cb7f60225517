#include "audit/trace.h"

#include "base/text.h"

#include <algorithm>

namespace signet::audit {
namespace {

constexpr std::size_t kTextOctets = 1'024;
constexpr std::size_t kNamed = 3;  // recipients
constexpr std::string_view kReported = "message.reported";
constexpr std::string_view kMessage = "message";  // the kind of a target

std::string bracketed(const std::string& name) {
    return name.starts_with('<') ? name : "<" + name + ">";
}

std::string recipients_text(const std::vector<std::string>& recipients) {
    std::string text;
    for (std::size_t i = 0; i < std::min(kNamed, recipients.size()); ++i) {
        text += (i == 0 ? "" : ", ") + recipients[i];
    }
    if (recipients.size() > kNamed) {
        text += " and " + std::to_string(recipients.size() - kNamed) + " more";
    }
    return text;
}

std::string with_reply(std::string text, const Event& event) {
    if (!event.detail.empty()) text += (text.empty() ? "" : ": ") + event.detail;
    return text;
}

// Recipients that are aliases: "sales@example.com is ann@example.com, bob@example.org".
std::string aliases_text(const Event& event) {
    std::string text;
    for (const auto& change : event.change) {
        if (change.field != "alias") continue;
        text += (text.empty() ? "; " : ", and ") + change.old_value + " is " + change.new_value;
    }
    return text;
}

std::string accepted_text(const Event& event) {
    const auto& message = *event.message;
    auto text = "from <" + message.sender + "> for " + recipients_text(message.recipients) + ", " +
                std::to_string(message.size) + " octets";
    if (!event.account_name.empty()) text += ", account " + event.account_name;
    if (!event.client.ip.empty()) text += ", client " + event.client.ip;
    if (event.tls) text += ", " + event.tls->version;
    return text + aliases_text(event);
}

std::string attempt_text(const Event& event) {
    std::string text;
    if (const auto& delivery = event.delivery) {
        text = "try " + std::to_string(delivery->attempt);
        if (!delivery->route.empty()) text += " by route " + delivery->route;
        if (!delivery->next_hop.empty()) text += " to " + delivery->next_hop;
        if (event.tls) text += ", " + event.tls->version;
        text += ", ";
    }
    text = with_reply(text + "for " + recipients_text(event.message->recipients), event);
    if (const auto until = waits_until(event); !until.empty()) {
        text += "; waits until " + std::string{until};
    }
    return text;
}

std::string reported_text(const Event& event) {
    const auto about = recipients_text(event.message->recipients);
    if (!event.target) return with_reply(about, event);
    const auto& [kind, id, name] = *event.target;
    if (kind == kMessage) return with_reply("about message " + id + ", for " + about, event);
    return with_reply("to <" + event.message->sender + "> by message " + id + ", of " + about,
                      event);
}

Event seen_from_the_report(const Event& event) {
    auto seen = event;
    seen.message->queue_id = event.target->id;
    seen.message->message_id = event.target->name;
    seen.message->sender.clear();  // RFC 5321 §4.5.5: the null reverse-path
    seen.message->recipients = {event.message->sender};
    seen.target = {std::string{kMessage}, event.message->queue_id, event.message->message_id};
    return seen;
}

}  // namespace

Trace::Trace(std::string name) : name_(std::move(name)), message_id_(bracketed(name_)) {}

bool Trace::is_name(const std::string& queue_id, const std::string& message_id) const {
    return queue_id == name_ || message_id == message_id_;
}

bool Trace::is_begun_by(const Event& event) const {
    return event.event == kReported && event.target &&
           is_name(event.target->id, event.target->name);
}

bool Trace::take(const Event& event) {
    if (!event.message) return true;
    if (is_name(event.message->queue_id, event.message->message_id)) return keep(event);
    return is_begun_by(event) ? keep(seen_from_the_report(event)) : true;
}

bool Trace::keep(Event event) {
    if (steps_.size() == kMaxSteps) return false;
    // After a fault of the disk an event may be in the log twice.
    if (event.id.empty() || seen_.insert(event.id).second) steps_.push_back(std::move(event));
    return true;
}

std::vector<Event> Trace::steps() && {
    std::ranges::sort(steps_, [](const Event& a, const Event& b) {
        return std::pair{a.time, std::string_view{a.id}} <
               std::pair{b.time, std::string_view{b.id}};
    });
    return std::move(steps_);
}

std::string_view step_name(const Event& event) {
    const std::string_view name = event.event;
    return name.substr(name.find('.') + 1);
}

std::string_view waits_until(const Event& event) {
    const auto due = std::ranges::find(event.change, "due", &Change::field);
    return due == event.change.end() ? std::string_view{} : std::string_view{due->new_value};
}

std::string step_text(const Event& event) {
    std::string text;
    if (!event.message) return text;
    if (event.event == "message.accepted") {
        text = accepted_text(event);
    } else if (event.actor) {
        const auto& actor = *event.actor;
        text = "by " + (actor.name.empty() ? actor.id : actor.name) + " (" + actor.via + ")";
    } else if (event.event == kReported) {
        text = reported_text(event);
    } else if (event.event.starts_with("message.")) {
        text = attempt_text(event);
    } else {
        text = event.detail;
    }
    return sanitised(text, kTextOctets);
}

}  // namespace signet::audit
