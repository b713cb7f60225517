// UTF-16, as ICU wants it, wiped when it dies.
#pragma once

#include "base/secret.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace signet::precis {

class Units {
public:
    Units() = default;
    explicit Units(std::size_t capacity) : units_(capacity) {}
    Units(Units&&) noexcept = default;
    Units& operator=(Units&& other) noexcept {
        units_.swap(other.units_);
        std::swap(size_, other.size_);
        return *this;
    }
    ~Units() { wipe(units_.data(), units_.size() * sizeof(char16_t)); }

    const char16_t* data() const { return units_.data(); }
    std::int32_t size() const { return size_; }
    bool empty() const { return size_ == 0; }

    // Calls an ICU function of the usual shape, `length = fill(buffer, capacity, error)`, again
    // with the room it asked for if there was too little.  nullopt: it failed.
    using Fill = std::function<std::int32_t(char16_t*, std::int32_t, int& error)>;
    static std::optional<Units> made_by(std::int32_t guess, const Fill& fill);

private:
    std::vector<char16_t> units_;  // never grows: growing leaves copies behind
    std::int32_t size_ = 0;
};

// nullopt: not UTF-8.
std::optional<Units> from_utf8(std::string_view text);
std::string to_utf8(const Units& units);  // REQUIRES: well-formed UTF-16
std::vector<std::int32_t> code_points_of(const Units& units);

}  // namespace signet::precis
