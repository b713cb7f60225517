#include "settings/units.h"

#include "base/text.h"
#include "settings/snapshot.h"

#include <array>
#include <limits>
#include <span>

namespace signet::settings {
namespace {

struct Unit {
    std::string_view name;
    std::uint64_t factor;
};
constexpr Unit kDurations[] = {
    {"d", 86'400'000}, {"h", 3'600'000}, {"m", 60'000}, {"s", 1'000}, {"ms", 1}};
constexpr Unit kSizes[] = {
    {"TiB", 1ull << 40}, {"GiB", 1ull << 30}, {"MiB", 1ull << 20}, {"KiB", 1ull << 10}, {"B", 1}};
constexpr std::uint64_t kLongest = 100ull * 366 * 86'400'000;  // 100 years, in ms

struct Written {
    std::uint64_t number;
    std::string_view unit;
};

std::optional<Written> take_apart(std::string_view text) {
    const auto digits = text.substr(0, text.find_first_not_of("0123456789"));
    const auto number = parse_unsigned(digits);
    if (!number) return {};
    auto unit = text.substr(digits.size());
    if (unit.starts_with(' ')) unit.remove_prefix(1);
    return Written{*number, unit};
}

std::optional<std::uint64_t> parse(std::string_view text, std::span<const Unit> units,
                                   std::uint64_t most) {
    const auto written = take_apart(text);
    if (!written) return {};
    for (const auto& unit : units) {
        if (unit.name != written->unit) continue;
        if (written->number > most / unit.factor) return {};
        return written->number * unit.factor;
    }
    return {};
}

const Unit& largest_exact(std::uint64_t value, std::span<const Unit> units) {
    for (const auto& unit : units) {
        if (value != 0 && value % unit.factor == 0) return unit;
    }
    return units.back();
}

struct Alias {
    std::string_view written, meant;
};
constexpr Alias kDurationAliases[] = {
    {"sec", "s"},  {"secs", "s"},   {"second", "s"},  {"seconds", "s"}, {"min", "m"},
    {"mins", "m"}, {"minute", "m"}, {"minutes", "m"}, {"hr", "h"},      {"hrs", "h"},
    {"hour", "h"}, {"hours", "h"},  {"day", "d"},     {"days", "d"},    {"msec", "ms"},
    {"s", "s"},    {"m", "m"},      {"h", "h"},       {"d", "d"},       {"ms", "ms"},
};
constexpr Alias kSizeAliases[] = {
    {"b", "B"},     {"byte", "B"}, {"bytes", "B"}, {"octets", "B"}, {"k", "KiB"}, {"kb", "KiB"},
    {"kib", "KiB"}, {"m", "MiB"},  {"mb", "MiB"},  {"mib", "MiB"},  {"g", "GiB"}, {"gb", "GiB"},
    {"gib", "GiB"}, {"t", "TiB"},  {"tb", "TiB"},  {"tib", "TiB"},
};

std::string likely(std::string_view text, std::span<const Alias> aliases, std::string_view gap) {
    const auto written = take_apart(trim(text));
    if (!written) return {};
    for (const auto& alias : aliases) {
        if (equal_nocase(alias.written, trim(written->unit))) {
            return std::to_string(written->number) + std::string{gap} + std::string{alias.meant};
        }
    }
    return {};
}

}  // namespace

std::optional<std::chrono::milliseconds> parse_duration(std::string_view text) {
    const auto count = parse(text, kDurations, kLongest);
    if (!count) return {};
    return std::chrono::milliseconds{static_cast<std::int64_t>(*count)};
}

std::optional<std::uint64_t> parse_size(std::string_view text) {
    return parse(text, kSizes, std::numeric_limits<std::uint64_t>::max());
}

std::string duration_text(std::chrono::milliseconds duration) {
    const auto count = static_cast<std::uint64_t>(duration.count());
    if (count == 0) return "0s";
    const auto& unit = largest_exact(count, kDurations);
    return std::to_string(count / unit.factor) + std::string{unit.name};
}

std::string size_text(std::uint64_t octets) {
    const auto& unit = largest_exact(octets, kSizes);
    return std::to_string(octets / unit.factor) + " " + std::string{unit.name};
}

std::optional<std::chrono::sys_days> parse_date(std::string_view text) {
    if (text.size() != 10 || text[4] != '-' || text[7] != '-') return {};
    const auto year = parse_unsigned(text.substr(0, 4)), month = parse_unsigned(text.substr(5, 2)),
               day = parse_unsigned(text.substr(8, 2));
    if (!year || !month || !day) return {};
    const std::chrono::year_month_day date{std::chrono::year{static_cast<int>(*year)},
                                           std::chrono::month{static_cast<unsigned>(*month)},
                                           std::chrono::day{static_cast<unsigned>(*day)}};
    return date.ok() ? std::optional{std::chrono::sys_days{date}} : std::nullopt;
}

std::string likely_duration(std::string_view text) {
    const auto guess = likely(text, kDurationAliases, "");
    return parse_duration(guess) ? guess : std::string{};
}

std::string likely_size(std::string_view text) {
    const auto guess = likely(text, kSizeAliases, " ");
    return parse_size(guess) ? guess : std::string{};
}

std::optional<Rate> parse_rate(std::string_view text) {
    constexpr std::uint64_t kMost = 1'000'000'000;
    constexpr milliseconds kLongestWindow = std::chrono::hours{30 * 24};
    if (text == "none") return Rate{};
    const auto slash = text.find('/');
    if (slash == std::string_view::npos) return {};
    const auto times = parse_unsigned(text.substr(0, slash));
    const auto window = parse_duration(text.substr(slash + 1));
    if (!times || *times == 0 || *times > kMost || !window) return {};
    const auto whole = std::chrono::floor<seconds>(*window);
    if (whole != *window || whole < seconds{1} || whole > kLongestWindow) return {};
    return Rate{*times, whole};
}

std::string rate_text(const Rate& rate) {
    if (rate.count == 0) return "none";
    return std::to_string(rate.count) + "/" + duration_text(rate.window);
}

}  // namespace signet::settings
