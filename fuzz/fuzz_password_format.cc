// Whatever an administrator or an import puts into the store, what is accepted is bounded, and
// reads the same when it is read again.
#include "check.h"
#include "identity/password_format.h"

#include <cstdint>

using namespace signet::identity;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view stored{reinterpret_cast<const char*>(data), size};
    const auto format = parse_password_format(stored);
    if (!format) {
        CHECK(!name(format.error()).empty());
        return 0;
    }
    CHECK(stored.ends_with(format->hash));
    CHECK(format->hash.find('\0') == std::string::npos);
    CHECK(format->memory_octets <= kMaxHashMemory);
    CHECK(format->lanes >= 1 && format->lanes <= kMaxArgon2Lanes);
    switch (format->scheme) {
    case PasswordScheme::argon2id: CHECK(format->passes <= kMaxArgon2Passes); break;
    case PasswordScheme::sha512_crypt: CHECK(format->passes <= kMaxSha512Rounds); break;
    case PasswordScheme::bcrypt: CHECK(format->passes <= kMaxBcryptCost); break;
    case PasswordScheme::yescrypt: CHECK(format->passes == 1); break;
    default: CHECK(false);  // those are for foreign_format.h
    }
    CHECK(parse_password_format(format->hash) == format);
    return 0;
}
