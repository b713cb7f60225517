#include "base/wildcard.h"

namespace signet {

// The last "*" takes the least that lets the rest fit; an earlier one never needs to take more.
bool wildcard_fits(std::string_view pattern, std::string_view text) {
    std::size_t at = 0, in = 0;
    std::size_t star = std::string_view::npos, taken = 0;
    while (in < text.size()) {
        if (at < pattern.size() && pattern[at] == '*') {
            star = at++;
            taken = in;
        } else if (at < pattern.size() && pattern[at] == text[in]) {
            ++at;
            ++in;
        } else if (star != std::string_view::npos) {
            at = star + 1;
            in = ++taken;
        } else {
            return false;
        }
    }
    return pattern.find_first_not_of('*', at) == std::string_view::npos;
}

}  // namespace signet
