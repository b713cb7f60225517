#include "smtp/parse.h"

namespace signet::smtp {

// esmtp-keyword = (ALPHA / DIGIT) *(ALPHA / DIGIT / "-")
// esmtp-value   = 1*(%d33-60 / %d62-126 / UTF8-non-ascii)
std::optional<Parameter> parse_parameter(Cursor& in) {
    const auto from = in.offset();
    if (!in.take(' ')) return {};
    Parameter parameter;
    parameter.offset = in.offset();
    parameter.keyword = in.take_while([](char c) { return is_alnum(c) || c == '-'; });
    parameter.has_value = in.take('=');
    if (parameter.has_value) {
        parameter.value =
            in.take_while([](char c) { return c < 0 || (c > ' ' && c <= '~' && c != '='); });
    }
    const bool whole = in.at_end() || in.peek() == ' ';
    const bool named = !parameter.keyword.empty() && parameter.keyword.front() != '-';
    if (whole && named && parameter.has_value != parameter.value.empty()) return parameter;
    in.rewind(from);
    return {};
}

}  // namespace signet::smtp
