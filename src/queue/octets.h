// Fields of a record, one after another: numbers little-endian, texts behind their length.
//
// Writer and Reader have the same calls, so that one function template says what a record is made
// of, for both directions, and they cannot drift apart.  Every call is false when the field cannot
// be there: beyond its limit, cut short, no such choice.  Nothing is then to be used.
#pragma once

#include "base/ulid.h"

#include <concepts>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <type_traits>

namespace signet::queue {

class Writer {
public:
    static constexpr bool kReads = false;

    template <std::integral T>
    bool number(T value) {
        auto bits = static_cast<std::make_unsigned_t<T>>(value);
        for (std::size_t i = 0; i < sizeof bits; ++i) {
            octets_ += static_cast<char>(bits & 0xFF);
            bits = static_cast<decltype(bits)>(bits >> 4 >> 4);
        }
        return true;
    }
    bool flag(bool value) { return number(static_cast<std::uint8_t>(value)); }
    template <class Enum>
    bool choice(Enum value, Enum last) {
        return value <= last && number(static_cast<std::uint8_t>(value));
    }
    bool text(std::string_view value, std::size_t limit) {
        if (value.size() > limit) return false;
        number(static_cast<std::uint32_t>(value.size()));
        octets_ += value;
        return true;
    }
    bool ulid(const Ulid& value) {
        if (!is_ulid(value)) return false;
        octets_ += value;
        return true;
    }
    std::string take() { return std::move(octets_); }

private:
    std::string octets_;
};

class Reader {
public:
    static constexpr bool kReads = true;

    explicit Reader(std::string_view octets) : rest_(octets) {}

    template <std::integral T>
    bool number(T& value) {
        if (rest_.size() < sizeof value) return false;
        std::make_unsigned_t<T> bits = 0;
        for (std::size_t i = sizeof value; i-- > 0;) {
            bits =
                static_cast<decltype(bits)>(bits << 4 << 4 | static_cast<unsigned char>(rest_[i]));
        }
        value = static_cast<T>(bits);
        rest_.remove_prefix(sizeof value);
        return true;
    }
    bool flag(bool& value) {
        std::uint8_t octet = 0;
        if (!number(octet) || octet > 1) return false;
        value = octet == 1;
        return true;
    }
    template <class Enum>
    bool choice(Enum& value, Enum last) {
        std::uint8_t octet = 0;
        if (!number(octet) || octet > static_cast<std::uint8_t>(last)) return false;
        value = static_cast<Enum>(octet);
        return true;
    }
    bool text(std::string& value, std::size_t limit) {
        std::uint32_t size = 0;
        if (!number(size) || size > limit || size > rest_.size()) return false;
        value.assign(rest_.substr(0, size));
        rest_.remove_prefix(size);
        return true;
    }
    bool ulid(Ulid& value) {
        const auto word = rest_.substr(0, 26);
        if (!is_ulid(word)) return false;
        value.assign(word);
        rest_.remove_prefix(word.size());
        return true;
    }
    bool at_end() const { return rest_.empty(); }
    std::string_view rest() const { return rest_; }

private:
    std::string_view rest_;
};

// A count and that many fields; `one` says what each is made of.
template <class Io, class List, class One>
bool list(Io& io, List& items, std::size_t limit, One one) {
    auto count = static_cast<std::uint32_t>(items.size());
    if (items.size() > limit || !io.number(count) || count > limit) return false;
    if constexpr (Io::kReads) items.resize(count);
    for (auto& item : items) {
        if (!one(io, item)) return false;
    }
    return true;
}

// Whether it is there, and then what it is made of.
template <class Io, class Optional, class One>
bool maybe(Io& io, Optional& item, One one) {
    bool there = item.has_value();
    if (!io.flag(there)) return false;
    if constexpr (Io::kReads) {
        if (there) item.emplace();
    }
    return !there || one(io, *item);
}

}  // namespace signet::queue
