// Patterns of names: "*" stands for any octets, none too; everything else for itself.
#pragma once

#include <string_view>

namespace signet {

// Compared octet by octet, in time proportional to the product of the lengths.
bool wildcard_fits(std::string_view pattern, std::string_view text);

}  // namespace signet
