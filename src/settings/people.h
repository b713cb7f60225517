// What the settings about people and their passwords mean, where a text says more than one thing.
#pragma once

#include "settings/snapshot.h"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace signet::settings {

// Longest first; without those that would come before a password is made.
std::vector<std::chrono::days> warnings_of(const PasswordAgeSettings& age);
std::optional<std::chrono::days> parse_warning(std::string_view text);  // "14d": whole days
bool no_warning(std::string_view text);                                 // "none"

// "02:30", from midnight on.
std::optional<std::chrono::minutes> parse_time_of_day(std::string_view text);

// "staff=cn=staff,ou=groups,dc=example,dc=com"
struct GroupOfDirectory {
    std::string group, dn;
};
std::optional<GroupOfDirectory> parse_group_of_directory(std::string_view text);

// A name of 1 … 64 of a-z 0-9 - _ . (identity::Account::groups).
bool is_group_name(std::string_view text);

}  // namespace signet::settings
