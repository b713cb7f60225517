// Time as the record and its readers write it (RFC 3339).
#pragma once

#include "base/clock.h"

#include <optional>
#include <string>
#include <string_view>

namespace signet::audit {

// "2026-05-01T09:14:02.118204Z": UTC, always six digits, so that text sorts as time does.
// Shape: the year has four digits; a time outside 0000 … 9999 is written as the nearest inside.
std::string timestamp(WallTime time);

// What timestamp() writes, and what people type: any number of digits of a second (those beyond
// six are dropped), an offset instead of Z, the date alone (midnight, UTC).  A leap second counts
// as the second before it.
std::optional<WallTime> parse_timestamp(std::string_view text);

}  // namespace signet::audit
