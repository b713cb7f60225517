#include "precis/units.h"

#include "base/invariant.h"

#include <unicode/ustring.h>
#include <unicode/utf16.h>

namespace signet::precis {

std::optional<Units> Units::made_by(std::int32_t guess, const Fill& fill) {
    for (auto capacity = guess;;) {
        Units made{static_cast<std::size_t>(capacity)};
        int error = U_ZERO_ERROR;
        const auto length = fill(made.units_.data(), capacity, error);
        if (error == U_BUFFER_OVERFLOW_ERROR && length > capacity) {
            capacity = length;
            continue;
        }
        if (U_FAILURE(static_cast<UErrorCode>(error))) return {};
        made.size_ = length;
        return made;
    }
}

std::optional<Units> from_utf8(std::string_view text) {
    // No text has more units of 16 bits than of 8.
    const auto size = static_cast<std::int32_t>(text.size());
    return Units::made_by(size, [&](char16_t* into, std::int32_t capacity, int& error) {
        auto code = U_ZERO_ERROR;
        std::int32_t length = 0;
        u_strFromUTF8(into, capacity, &length, text.data(), size, &code);
        error = code;
        return length;
    });
}

std::string to_utf8(const Units& units) {
    std::string text(static_cast<std::size_t>(units.size()) * 3, '\0');
    std::int32_t length = 0;
    auto code = U_ZERO_ERROR;
    u_strToUTF8(text.data(), static_cast<std::int32_t>(text.size()), &length, units.data(),
                units.size(), &code);
    INVARIANT(U_SUCCESS(code), "what was made of UTF-8 is UTF-8 again");
    text.resize(static_cast<std::size_t>(length));
    return text;
}

std::vector<std::int32_t> code_points_of(const Units& units) {
    std::vector<std::int32_t> points;
    points.reserve(static_cast<std::size_t>(units.size()));
    for (std::int32_t at = 0; at < units.size();) {
        UChar32 point = 0;
        U16_NEXT(units.data(), at, units.size(), point);
        points.push_back(point);
    }
    return points;
}

}  // namespace signet::precis
