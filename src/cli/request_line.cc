#include "cli/link.h"

#include "base/text.h"

namespace signet::cli {

RequestLine::RequestLine(std::string_view method) {
    line_.reserve(128u << 10);  // more than the server takes
    line_ += "{\"method\":";
    quoted(method);
    line_ += ",\"parameters\":{";
}

void RequestLine::key(std::string_view name) {
    if (!std::exchange(first_, false)) line_ += ',';
    quoted(name);
    line_ += ':';
}

// RFC 8259 §7.  Octets that are no UTF-8 go as they are: the server refuses them.
void RequestLine::quoted(std::string_view value) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    line_ += '"';
    for (const char c : value) {
        const auto octet = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            line_ += '\\';
            line_ += c;
        } else if (octet < 0x20) {
            line_ += "\\u00";
            line_ += kDigits[octet >> 4];
            line_ += kDigits[octet & 15];
        } else {
            line_ += c;
        }
    }
    line_ += '"';
}

RequestLine& RequestLine::text(std::string_view name, std::string_view value) {
    key(name);
    quoted(value);
    return *this;
}

RequestLine& RequestLine::list(std::string_view name, const std::vector<std::string>& values) {
    key(name);
    line_ += '[';
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (i != 0) line_ += ',';
        quoted(values[i]);
    }
    line_ += ']';
    return *this;
}

RequestLine& RequestLine::flag(std::string_view name, bool value) {
    key(name);
    line_ += value ? "true" : "false";
    return *this;
}

RequestLine& RequestLine::number(std::string_view name, std::uint64_t value) {
    key(name);
    line_ += std::to_string(value);
    return *this;
}

RequestLine& RequestLine::token(const Secret& token) { return text("token", token.reveal()); }

RequestLine& RequestLine::password(const Secret& password) {
    return text("password", password.reveal());
}

Secret RequestLine::finish() {
    line_ += "}}\n";
    return Secret{std::move(line_)};
}

}  // namespace signet::cli
