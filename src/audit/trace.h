// The way of one message, step by step, as the audit log tells it.
#pragma once

#include "audit/event.h"

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace signet::audit {

// Takes events in the order of the log and keeps those about one message.
class Trace {
public:
    static constexpr std::size_t kMaxSteps = 10'000;

    // name: a queue id, or a Message-ID with or without its angle brackets.
    explicit Trace(std::string name);

    // A report has no step of its own in which it began: it takes over the message.reported of the
    // message that it is about, seen from its side, with that message as its target.

    // false: there are kMaxSteps, and it takes no more.
    bool take(const Event& event);
    // Each once, in order of their time.  Several messages may have one Message-ID.
    std::vector<Event> steps() &&;

private:
    bool is_name(const std::string& queue_id, const std::string& message_id) const;
    bool is_begun_by(const Event& event) const;
    bool keep(Event event);

    const std::string name_;
    const std::string message_id_;  // with brackets
    std::set<Ulid> seen_;
    std::vector<Event> steps_;
};

// "deferred" of "message.deferred".
std::string_view step_name(const Event& event);
// Until when it waits, as written in the event; empty: it does not say.
std::string_view waits_until(const Event& event);
// What happened, for people: "try 2 by route out to mx.example.net:25, TLSv1.3: 250 2.0.0 ok".
// Sanitised.
std::string step_text(const Event& event);

}  // namespace signet::audit
