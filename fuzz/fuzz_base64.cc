// The decoder reads what a client sends in AUTH.  What it accepts must be the one spelling that the
// encoder gives, or two programs would read one credential differently.
#include "base/base64.h"
#include "check.h"

#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view input{reinterpret_cast<const char*>(data), size};
    if (const auto octets = signet::unbase64(input)) CHECK(signet::base64(*octets) == input);
    const auto text = signet::base64(input);
    CHECK(text.size() == (size + 2) / 3 * 4);
    CHECK(signet::unbase64(text) == input);
    if (const auto octets = signet::unbase64url(input)) CHECK(signet::base64url(*octets) == input);
    CHECK(signet::unbase64url(signet::base64url(input)) == input);
    return 0;
}
