#include "settings/people.h"

#include "base/text.h"
#include "settings/units.h"

#include <algorithm>

namespace signet::settings {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;

std::optional<days> parse_warning(std::string_view text) {
    const auto duration = parse_duration(text);
    if (!duration || *duration < days{1} || *duration % days{1} != milliseconds{0}) return {};
    return std::chrono::floor<days>(*duration);
}

bool no_warning(std::string_view text) { return text == "none"; }

std::vector<days> warnings_of(const PasswordAgeSettings& age) {
    std::vector<days> all;
    for (const auto& text : age.warn_before) {
        const auto warning = parse_warning(text);
        if (warning && *warning < age.most) all.push_back(*warning);
    }
    std::ranges::sort(all, std::greater{});
    return all;
}

std::optional<minutes> parse_time_of_day(std::string_view text) {
    const auto parts = split(text, ':');
    if (parts.size() != 2 || parts[0].size() != 2 || parts[1].size() != 2) return {};
    const auto hour = parse_unsigned(parts[0]), minute = parse_unsigned(parts[1]);
    if (!hour || !minute || *hour > 23 || *minute > 59) return {};
    return hours{static_cast<int>(*hour)} + minutes{static_cast<int>(*minute)};
}

bool is_group_name(std::string_view text) {
    return !text.empty() && text.size() <= 64 && std::ranges::all_of(text, [](char c) {
        return is_digit(c) || (c >= 'a' && c <= 'z') || c == '-' || c == '_' || c == '.';
    });
}

std::optional<GroupOfDirectory> parse_group_of_directory(std::string_view text) {
    const auto equals = text.find('=');
    if (equals == std::string_view::npos) return {};
    GroupOfDirectory read{std::string{text.substr(0, equals)},
                          std::string{trim(text.substr(equals + 1))}};
    if (!is_group_name(read.group) || !read.dn.contains('=')) return {};
    return read;
}

}  // namespace signet::settings
