// What each code means and what to do: `signet explain E0102`, docs/reference/errors.md.
//
// To add a code: its line in codes.cc.  A code is never used again for something else.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace signet::settings {

struct Code {
    std::string_view code;
    std::string_view title;    // a sentence without a full stop
    std::string_view meaning;  // why it is a problem
    std::string_view remedy;   // what to do
};

std::span<const Code> codes();                 // in the order of their numbers
const Code* find_code(std::string_view code);  // without case; null if there is none

std::string explain(const Code& code);  // for a terminal
std::string codes_page();               // docs/reference/errors.md

}  // namespace signet::settings
