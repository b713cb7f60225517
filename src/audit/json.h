// An event as one line of JSON and back: the native schema, signet.audit/1.
//
// Names are those of docs/reference/audit.md, as nested objects: {"client":{"ip":…,"port":…}}.
// What is empty is left out, and so is an object without members.
#pragma once

#include "audit/event.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace signet::audit {

inline constexpr std::string_view kSchema = "signet.audit/1";

// What the writer knows and the event does not.
struct Stamp {
    std::uint64_t seq = 0;       // gap-free for each node, from 1
    std::string node, instance;  // host name; a name for this start of the process
};

struct Recorded {
    Event event;
    Stamp stamp;
};

// One line of UTF-8 without its line end.  Every text is cut to its limit and sanitised here, so
// no caller has to: control characters and broken UTF-8 become U+FFFD.
std::string to_json(const Event& event, const Stamp& stamp);

// nullopt: not an event of this schema.  Members that are not known are passed over, so that an
// older Signet reads a newer one's log.
std::optional<Recorded> parse_json(std::string_view line);

}  // namespace signet::audit
