// Search filters with a login in them (RFC 4515).  Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace signet::store {

// An octet string as the value of a filter: whatever is not a letter, a digit or one of "@._-" is
// written "\xx" (RFC 4515 §3), so that no octet of a login can be anything but a part of the value.
std::string escape_filter_value(std::string_view octets);

// What a template may name.
struct FilterValues {
    std::string login;  // {login}; {user} and {domain} are what stands before and behind its last @
    std::string dn;     // {dn}
};
// The template with its values, escaped.  Anything else in braces stays as it is, which no server
// takes for what was meant (E0353 of the settings).
std::string fill_filter(std::string_view form, const FilterValues& values);

// The template with any login in it: "(|(uid={login})(mail={login}))" becomes "(|(uid=*)(mail=*))".
std::string fill_filter_for_all(std::string_view form);
// The attributes that a filter compares with a login, or with what stands before its @.
std::vector<std::string> attributes_compared(std::string_view form);

}  // namespace signet::store
