// Writes JSON from left to right, and leaves out what is empty.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace signet::audit {

class JsonWriter {
public:
    // The body writes the members; an object without any is taken back.
    template <class Body>
    void object(std::string_view key, Body body) {
        const auto before = text_.size();
        begin(key);
        text_ += '{';
        const auto empty = text_.size();
        body();
        if (text_.size() == empty) {
            text_.resize(before);
        } else {
            text_ += '}';
        }
    }
    template <class Body>
    void array(std::string_view key, Body body) {
        begin(key);
        text_ += '[';
        body();
        text_ += ']';
    }

    // Sanitised, and cut to `limit` octets.
    void text(std::string_view key, std::string_view value, std::size_t limit);
    void number(std::string_view key, std::uint64_t value);  // also 0
    void number_if(std::string_view key, std::uint64_t value) {
        if (value != 0) number(key, value);
    }
    void milliseconds(std::string_view key, double value);  // three decimals; nothing if not > 0
    void boolean(std::string_view key, bool value);

    std::string finish() && { return std::move(text_); }

private:
    void begin(std::string_view key);  // empty key: a member of an array, or the whole
    void quoted(std::string_view value);
    std::string text_;
};

}  // namespace signet::audit
