#include "mail/header.h"

#include "base/text.h"

namespace signet::mail {
namespace {

constexpr std::string_view kCrlf = "\r\n";

bool is_blank(char c) { return c == ' ' || c == '\t'; }

// Where the field that begins at `from` ends, its last CRLF not counted: at the first CRLF that
// no blank follows.
std::size_t end_of_field(std::string_view block, std::size_t from) {
    for (;;) {
        const auto end = block.find(kCrlf, from);
        if (end == std::string_view::npos) return block.size();
        from = end + kCrlf.size();
        if (from == block.size() || !is_blank(block[from])) return end;
    }
}

}  // namespace

std::string Field::value() const {
    std::string text;
    text.reserve(raw.size());
    auto rest = raw;
    for (auto end = rest.find(kCrlf); end != std::string_view::npos; end = rest.find(kCrlf)) {
        text += rest.substr(0, end);
        rest.remove_prefix(end + kCrlf.size());
    }
    text += rest;
    return std::string{trim(text)};
}

std::optional<Field> Header::field_at(std::size_t offset) const {
    if (offset >= block_.size()) return {};
    const auto whole = block_.substr(offset, end_of_field(block_, offset) - offset);
    const auto colon = whole.find(':');
    if (colon == std::string_view::npos) return {};
    // RFC 5322 §4.5.8: obs-optional = field-name *WSP ":" unstructured CRLF
    return Field{trim(whole.substr(0, colon)), whole.substr(colon + 1)};
}

std::optional<Field> Header::after(const Field& field) const {
    const auto end = static_cast<std::size_t>(field.raw.data() - block_.data()) + field.raw.size();
    return field_at(end + kCrlf.size());
}

std::optional<Field> Header::find(std::string_view name) const {
    for (auto field = first(); field; field = after(*field)) {
        if (equal_nocase(field->name, name)) return field;
    }
    return {};
}

std::size_t Header::count(std::string_view name) const {
    std::size_t found = 0;
    for (auto field = first(); field; field = after(*field)) {
        if (equal_nocase(field->name, name)) ++found;
    }
    return found;
}

}  // namespace signet::mail
