// Domain names, as DNS compares them.
#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>

namespace signet::dns {

inline constexpr std::size_t kNameOctets = 253;  // as text, without the final dot (RFC 1035 §2.3.4)
inline constexpr std::size_t kLabelOctets = 63;

// Shape: labels of 1 … 63 lower-case letters, digits, hyphens and underscores, joined by dots, at
// most 253 octets in all, without a final dot.  U-labels are A-labels by then
// (mail::domain_to_ascii).  The root is the empty name.
//
// RFC 2181 §11 lets a label hold any octet.  A name for which mail is sent, or that mail is sent
// to, has no need of that, and neither a log nor a resolver has to read it.
class Name {
public:
    Name() = default;  // the root
    // With or without a final dot, in either case; "." is the root, "" is nothing.
    static std::optional<Name> parse(std::string_view text);

    const std::string& text() const { return text_; }  // empty: the root
    bool is_root() const { return text_.empty(); }
    auto operator<=>(const Name&) const = default;

private:
    explicit Name(std::string text) : text_(std::move(text)) {}
    std::string text_;
};

}  // namespace signet::dns
