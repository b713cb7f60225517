#include "http/grammar.h"

#include "base/text.h"

namespace signet::http {
namespace {

constexpr std::string_view kTokenMarks = "!#$%&'*+-.^_`|~";

}  // namespace

bool is_token(std::string_view text) {
    if (text.empty()) return false;
    for (const char c : text) {
        if (!is_alnum(c) && !kTokenMarks.contains(c)) return false;
    }
    return true;
}

bool is_field_value(std::string_view text) {
    for (const char c : text) {
        const auto octet = static_cast<unsigned char>(c);
        if ((octet < 0x20 && c != '\t') || octet == 0x7F) return false;
    }
    return true;
}

}  // namespace signet::http
