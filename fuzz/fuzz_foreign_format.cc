// Whatever another server stored: what is accepted is bounded before anybody computes it.
#include "check.h"
#include "identity/foreign_format.h"

#include <cstdint>

using namespace signet::identity;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view stored{reinterpret_cast<const char*>(data), size};
    const FormatRules rules{.weak = true, .plain = true};
    const auto format = parse_foreign_format(stored, rules);
    if (!format) {
        CHECK(!explanation(format.error()).empty());
        return 0;
    }
    CHECK(format->memory_octets <= kMaxHashMemory);
    CHECK(format->lanes <= kMaxArgon2Lanes);
    CHECK(format->passes <= 10'000'000);
    CHECK(format->hash.size() <= kMaxStoredOctets && format->salt.size() <= kLongestDigestSalt);
    const auto careful = parse_foreign_format(stored, {});
    if (careful) CHECK(careful == format);
    return 0;
}
