#include "relay/line_ends.h"

#include <utility>

namespace signet::relay {

void LineEnds::convert(std::string_view part, std::string& out) {
    if (part.empty()) return;
    if (std::exchange(cr_held_, false) && part.front() != '\n') out += '\r';
    while (!part.empty()) {
        const auto cr = part.find('\r');
        out += part.substr(0, cr);
        if (cr == std::string_view::npos) return;
        part.remove_prefix(cr + 1);
        if (part.empty())
            cr_held_ = true;
        else if (part.front() != '\n')
            out += '\r';
    }
}

void LineEnds::finish(std::string& out) {
    if (std::exchange(cr_held_, false)) out += '\r';
}

}  // namespace signet::relay
