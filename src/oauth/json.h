// JSON (RFC 8259) as it has to be read where something is signed or decides.
//
// Two readers of one text must not see two values: a member whose name comes twice, at any depth,
// is refused (RFC 7515 §4 wants unique names; most parsers keep the last and some the first), and
// so are octets behind the value, text that is no UTF-8 and comments.  A number without fraction
// and exponent is an integer, and nothing else is.
//
// Pure; memory and work are bounded by the limits.
#pragma once

#include "base/result.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace signet::oauth {

enum class JsonFault {
    malformed,
    duplicate_name,
    too_large,  // the text, or the number of its values
    too_deep,
};
std::string_view name(JsonFault fault);

struct JsonLimits {
    std::size_t octets = 64u << 10;
    std::size_t depth = 16;
    std::size_t values = 4'096;  // of all kinds, members and elements together
};

// One value, and everything in it.  A question that does not fit its kind has no answer: a caller
// that asks for a text gets none from a number.
class Json {
public:
    using Array = std::vector<Json>;
    using Object = std::vector<std::pair<std::string, Json>>;  // in the order of the text
    struct Null {};
    struct Fraction {};  // a number that is no integer of 64 bits; nothing here needs its value

    Json() = default;
    explicit Json(bool value) : value_(value) {}
    explicit Json(std::int64_t value) : value_(value) {}
    explicit Json(Fraction value) : value_(value) {}
    explicit Json(std::string value) : value_(std::move(value)) {}
    explicit Json(Array value) : value_(std::move(value)) {}
    explicit Json(Object value) : value_(std::move(value)) {}

    const std::string* text() const { return std::get_if<std::string>(&value_); }
    const Array* array() const { return std::get_if<Array>(&value_); }
    const Object* object() const { return std::get_if<Object>(&value_); }
    std::optional<std::int64_t> integer() const;
    std::optional<bool> boolean() const;
    // The member of an object; nullptr: there is none, or this is no object.
    const Json* find(std::string_view name) const;

private:
    std::variant<Null, bool, std::int64_t, Fraction, std::string, Array, Object> value_;
};

Result<Json, JsonFault> read_json(std::string_view text, const JsonLimits& limits = {});

// The member as text; empty: it is not there, or no text.
std::string text_of(const Json& object, std::string_view name);
// A text, or an array of nothing but texts; nullopt: neither.  RFC 7519 §4.1.3 writes `aud` so.
std::optional<std::vector<std::string>> texts_of(const Json& value);

}  // namespace signet::oauth
