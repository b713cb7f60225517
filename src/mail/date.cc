#include "mail/date.h"

#include <array>
#include <string_view>

namespace signet::mail {
namespace {

// day-name and month-name (RFC 5322 §3.3): English in every locale.
constexpr std::array<std::string_view, 7> kDays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

std::string digits(long long number, std::size_t width) {
    auto text = std::to_string(number);
    if (text.size() < width) text.insert(0, width - text.size(), '0');
    return text;
}

}  // namespace

// date-time = [ day-of-week "," ] day month year hour ":" minute [ ":" second ] zone
std::string date_time(WallTime when) {
    const auto day = std::chrono::floor<std::chrono::days>(when);
    const std::chrono::year_month_day date{day};
    const std::chrono::hh_mm_ss time{std::chrono::floor<std::chrono::seconds>(when - day)};

    std::string text{kDays[std::chrono::weekday{day}.c_encoding()]};
    text += ", " + digits(unsigned{date.day()}, 2);
    text += ' ';
    text += kMonths[unsigned{date.month()} - 1];
    text += ' ' + digits(int{date.year()}, 4);
    text += ' ' + digits(time.hours().count(), 2);
    text += ':' + digits(time.minutes().count(), 2);
    text += ':' + digits(time.seconds().count(), 2);
    return text + " +0000";
}

}  // namespace signet::mail
