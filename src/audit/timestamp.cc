#include "audit/timestamp.h"

#include "base/cursor.h"

#include <algorithm>

namespace signet::audit {
namespace {

using namespace std::chrono;

constexpr std::size_t kDigitsOfMicrosecond = 6;
constexpr WallTime kFirst{sys_days{year{0} / 1 / 1}};
constexpr WallTime kLast{sys_days{year{10'000} / 1 / 1} - microseconds{1}};

void append(std::string& text, long long number, std::size_t width) {
    const auto digits = std::to_string(number);
    text.append(width - std::min(width, digits.size()), '0');
    text += digits;
}

std::optional<int> take_digits(Cursor& in, std::size_t count) {
    const auto digits = in.rest().substr(0, count);
    const auto number = parse_unsigned(digits);
    if (digits.size() != count || !number) return {};
    in.rewind(in.offset() + count);
    return static_cast<int>(*number);
}

// full-date = date-fullyear "-" date-month "-" date-mday
std::optional<sys_days> take_date(Cursor& in) {
    const auto y = take_digits(in, 4);
    if (!y || !in.take('-')) return {};
    const auto m = take_digits(in, 2);
    if (!m || !in.take('-')) return {};
    const auto d = take_digits(in, 2);
    if (!d) return {};
    const year_month_day date{year{*y}, month(unsigned(*m)), day(unsigned(*d))};
    if (!date.ok()) return {};
    return sys_days{date};
}

// time-secfrac = "." 1*DIGIT
std::optional<microseconds> take_fraction(Cursor& in) {
    if (!in.take('.')) return microseconds{0};
    std::string digits{in.take_while(is_digit)};
    if (digits.empty()) return {};
    digits.resize(kDigitsOfMicrosecond, '0');
    return microseconds{static_cast<std::int64_t>(*parse_unsigned(digits))};
}

// partial-time = time-hour ":" time-minute ":" time-second [time-secfrac]
std::optional<microseconds> take_time(Cursor& in) {
    const auto h = take_digits(in, 2);
    if (!h || *h > 23 || !in.take(':')) return {};
    const auto m = take_digits(in, 2);
    if (!m || *m > 59 || !in.take(':')) return {};
    const auto s = take_digits(in, 2);
    if (!s || *s > 60) return {};
    const auto fraction = take_fraction(in);
    if (!fraction) return {};
    return hours{*h} + minutes{*m} + seconds{std::min(*s, 59)} + *fraction;
}

// time-offset = "Z" / ("+" / "-") time-hour ":" time-minute
std::optional<minutes> take_offset(Cursor& in) {
    if (in.take("Z")) return minutes{0};
    const bool west = in.peek() == '-';
    if (!in.take('+') && !in.take('-')) return {};
    const auto h = take_digits(in, 2);
    if (!h || *h > 23 || !in.take(':')) return {};
    const auto m = take_digits(in, 2);
    if (!m || *m > 59) return {};
    const minutes offset = hours{*h} + minutes{*m};
    return west ? -offset : offset;
}

}  // namespace

std::string timestamp(WallTime time) {
    time = std::clamp(time, kFirst, kLast);
    const auto day = floor<days>(time);
    const year_month_day date{day};
    const hh_mm_ss clock{time - day};
    std::string text;
    append(text, int{date.year()}, 4);
    append(text += '-', unsigned{date.month()}, 2);
    append(text += '-', unsigned{date.day()}, 2);
    append(text += 'T', clock.hours().count(), 2);
    append(text += ':', clock.minutes().count(), 2);
    append(text += ':', clock.seconds().count(), 2);
    append(text += '.', clock.subseconds().count(), kDigitsOfMicrosecond);
    return text + 'Z';
}

std::optional<WallTime> parse_timestamp(std::string_view text) {
    Cursor in{text};
    const auto date = take_date(in);
    if (!date) return {};
    if (in.at_end()) return WallTime{*date};
    if (!in.take("T") && !in.take(' ')) return {};
    const auto time = take_time(in);
    if (!time) return {};
    const auto offset = take_offset(in);
    if (!offset || !in.at_end()) return {};
    return WallTime{*date} + *time - *offset;
}

}  // namespace signet::audit
