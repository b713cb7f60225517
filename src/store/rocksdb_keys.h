// The keys of the spool's database: docs/reference/queue-format.md.
#pragma once

#include "queue/message.h"

#include <optional>
#include <string>
#include <string_view>

namespace signet::store::key {

inline constexpr std::string_view kFormat = "format";
inline constexpr std::string_view kEntries = "e";
inline constexpr std::string_view kEvents = "o";

inline std::string entry(const queue::QueueId& id) { return "e" + id; }
inline std::string content(const queue::QueueId& id) { return "c" + id; }
// There, empty: the entry is held.  Apart from the entry, so that holding rewrites no envelope.
inline constexpr std::string_view kHolds = "h";
inline std::string hold(const queue::QueueId& id) { return "h" + id; }
// Set aside: a row that could not be decoded, under its old key behind a "q".
inline std::string quarantined(std::string_view old) { return "q" + std::string{old}; }

// Big-endian, so that events are read in the order in which they were written.
inline std::string event(std::uint64_t number) {
    std::string text{kEvents};
    for (int shift = 56; shift >= 0; shift -= 8) text += static_cast<char>(number >> shift & 0xFF);
    return text;
}
inline std::optional<std::uint64_t> event_number(std::string_view key) {
    if (key.size() != 9 || !key.starts_with(kEvents)) return {};
    std::uint64_t number = 0;
    for (const char c : key.substr(1)) number = number << 8 | static_cast<unsigned char>(c);
    return number;
}

}  // namespace signet::store::key
