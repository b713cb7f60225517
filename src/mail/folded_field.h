// Writes a header field, folded where it would grow too long (RFC 5322 §2.2.3).
#pragma once

#include <string>
#include <string_view>

namespace signet::mail {

class FoldedField {
public:
    // "Received:", with its colon.
    explicit FoldedField(std::string name) : text_(std::move(name)) {}

    // Puts a phrase behind the ones before it, on the same line if it ends within 78 octets
    // (RFC 5322 §2.1.1).  Shape: printable octets; at most 990 of them, or the line is too long
    // for anyone.
    void add(std::string_view phrase);

    std::string finish() && { return std::move(text_) + "\r\n"; }

private:
    std::string text_;
    std::size_t line_begin_ = 0;
};

}  // namespace signet::mail
