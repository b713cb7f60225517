// A header block: the fields of a message, in the order they stand in (RFC 5322 §2.2).
//
// Views only: nothing is copied, and nothing outlives the octets it was made from.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace signet::mail {

// Shape: name 1 … 998 octets of ftext (RFC 5322 §3.6.8), without the blanks that the obsolete
// syntax allows before the colon; raw is what follows the colon, with its folds, without the last
// CRLF.  Both are a stranger's octets.
struct Field {
    std::string_view name, raw;

    // The value on one line: RFC 5322 §2.2.3 removes each CRLF that stands before a blank.
    // Leading and trailing blanks are left out.
    std::string value() const;
};

// Shape of the block: as a HeaderScanner gives it, only whole fields.
class Header {
public:
    explicit Header(std::string_view block) : block_(block) {}

    std::string_view block() const { return block_; }
    // The first field of that name, in any case of letters.
    std::optional<Field> find(std::string_view name) const;
    std::size_t count(std::string_view name) const;

    // Goes through the fields: for (auto at = header.first(); at; at = header.after(*at)) …
    std::optional<Field> first() const { return field_at(0); }
    std::optional<Field> after(const Field& field) const;

private:
    std::optional<Field> field_at(std::size_t offset) const;
    std::string_view block_;
};

}  // namespace signet::mail
