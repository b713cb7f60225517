// The two functions that stand between a stranger's octets and a log line.
#include "base/text.h"
#include "check.h"

#include <algorithm>
#include <cstdint>

using namespace signet;

namespace {

bool is_plain(char c) { return c > 0x20 && c < 0x7F && c != '"' && c != '\''; }

// The other direction, written for this test only.
std::string percent_decoded(std::string_view text) {
    std::string octets;
    while (!text.empty()) {
        if (text[0] == '%') {
            const auto octet = unhex(text.substr(1, 2));
            CHECK(octet);
            octets += *octet;
            text.remove_prefix(3);
        } else {
            octets += text[0];
            text.remove_prefix(1);
        }
    }
    return octets;
}

void percent_encode_loses_nothing(std::string_view input) {
    const auto field = percent_encode(input);
    CHECK(std::ranges::all_of(field, is_plain));
    CHECK(percent_decoded(field) == input);
}

void sanitised_is_short_and_clean(std::string_view input, std::size_t limit) {
    const auto clean = sanitised(input, limit);
    CHECK(clean.size() <= limit);
    CHECK(std::ranges::none_of(
        clean, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }));
    CHECK(sanitised(clean, limit) == clean);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::string_view input{reinterpret_cast<const char*>(data) + 1, size - 1};
    percent_encode_loses_nothing(input);
    sanitised_is_short_and_clean(input, data[0]);
    sanitised_is_short_and_clean(input, 4 * size);
    if (const auto octets = unhex(input)) CHECK(equal_nocase(hex(*octets), input));
    if (const auto number = parse_unsigned(input); number && input[0] != '0') {
        CHECK(std::to_string(*number) == input);
    }
    return 0;
}
