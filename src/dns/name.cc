#include "dns/name.h"

#include "base/text.h"

#include <algorithm>

namespace signet::dns {
namespace {

bool is_label(std::string_view label) {
    return !label.empty() && label.size() <= kLabelOctets &&
           std::ranges::all_of(label, [](char c) { return is_alnum(c) || c == '-' || c == '_'; });
}

}  // namespace

std::optional<Name> Name::parse(std::string_view text) {
    if (text == ".") return Name{};
    if (text.ends_with('.')) text.remove_suffix(1);
    if (text.size() > kNameOctets || !std::ranges::all_of(split(text, '.'), is_label)) return {};
    return Name{lower(text)};
}

}  // namespace signet::dns
