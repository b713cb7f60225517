#include "audit/json_writer.h"

#include "base/text.h"

#include <array>
#include <charconv>
#include <cmath>

namespace signet::audit {

void JsonWriter::begin(std::string_view key) {
    if (!text_.empty() && text_.back() != '{' && text_.back() != '[') text_ += ',';
    if (key.empty()) return;
    quoted(key);
    text_ += ':';
}

// RFC 8259 §7: quotation mark, reverse solidus and control characters must be escaped; of the last
// there are none left after sanitised().
void JsonWriter::quoted(std::string_view value) {
    text_ += '"';
    for (const char c : value) {
        if (c == '"' || c == '\\') text_ += '\\';
        text_ += c;
    }
    text_ += '"';
}

void JsonWriter::text(std::string_view key, std::string_view value, std::size_t limit) {
    if (value.empty()) return;
    begin(key);
    quoted(sanitised(value, limit));
}

void JsonWriter::number(std::string_view key, std::uint64_t value) {
    begin(key);
    text_ += std::to_string(value);
}

void JsonWriter::milliseconds(std::string_view key, double value) {
    constexpr double kDay = 86'400'000;
    if (!(value > 0)) return;  // nor for what is not a number
    std::array<char, 32> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(),
                                   std::min(value, kDay), std::chars_format::fixed, 3);
    begin(key);
    text_.append(digits.data(), end.ptr);
}

void JsonWriter::boolean(std::string_view key, bool value) {
    begin(key);
    text_ += value ? "true" : "false";
}

}  // namespace signet::audit
