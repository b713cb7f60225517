#include "identity/account.h"

#include "base/text.h"

#include <algorithm>

namespace signet::identity {
namespace {

constexpr std::size_t kNameLimit = 255;  // octets

// What is left out is what some log, path, query or template would read as its own.
bool is_name_character(char c) {
    return c > ' ' && c <= '~' && !std::string_view{"\"'%/\\"}.contains(c);
}

}  // namespace

std::optional<std::string> fold_account_name(std::string_view presented) {
    if (presented.empty() || presented.size() > kNameLimit) return {};
    if (presented.front() == '.') return {};
    if (!std::ranges::all_of(presented, is_name_character)) return {};
    return lower(presented);
}

}  // namespace signet::identity
