// Durations and sizes as people write them.  A number without a unit is never guessed at.
#pragma once

#include "base/rate.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace signet::settings {

// Digits, one optional blank, one unit: ms, s, m, h, d.  At most 100 years.
std::optional<std::chrono::milliseconds> parse_duration(std::string_view text);
// Digits, one optional blank, one unit: B, KiB, MiB, GiB, TiB.  No overflow.
std::optional<std::uint64_t> parse_size(std::string_view text);

// The shortest exact form: "2m", "90s", "250ms"; "25 MiB", "1000 B".
std::string duration_text(std::chrono::milliseconds duration);
std::string size_text(std::uint64_t octets);

// A number, "/", a duration of whole seconds: "100/1h"; or "none".  At least 1, in 1 s … 30 d.
std::optional<Rate> parse_rate(std::string_view text);
std::string rate_text(const Rate& rate);

// A day of the calendar: "2027-05-01".
std::optional<std::chrono::sys_days> parse_date(std::string_view text);

// What was probably meant: "30 sec" is "30s", "10MB" is "10 MiB".  Empty if there is no telling.
std::string likely_duration(std::string_view text);
std::string likely_size(std::string_view text);

}  // namespace signet::settings
