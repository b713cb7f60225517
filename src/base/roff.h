// Man pages: text in roff with the macros of man(7).
#pragma once

#include <string>
#include <string_view>

namespace signet {

// A run of text, in ASCII: no character of it is taken for a command, `code` becomes bold, and what
// is not ASCII is named by its number, so that a page looks the same in every locale.
// REQUIRES: UTF-8.
std::string roff(std::string_view text);

std::string roff_title(std::string_view page, int section, std::string_view source);
std::string roff_section(std::string_view title);                    // .SH
std::string roff_subsection(std::string_view title);                 // .SS
std::string roff_paragraph(std::string_view text);                   // .PP
std::string roff_item(std::string_view tag, std::string_view text);  // .TP, the tag in bold
std::string roff_example(std::string_view lines);                    // as it stands, indented

}  // namespace signet
