// Who a client is, signed instead of told: a JWT in place of a secret (RFC 7523 §2.2, §3).
#pragma once

#include "base/clock.h"
#include "base/secret.h"
#include "crypto/signing_key.h"

#include <string>
#include <string_view>

namespace signet::oauth {

inline constexpr std::string_view kAssertionType =
    "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

struct AssertionParts {
    std::string_view client;    // its `iss` and `sub`
    std::string_view audience;  // the token endpoint
    std::string_view id;        // `jti`: never used twice, printable ASCII without quotes
    WallTime now;
};
// Good for five minutes from now.  Its header names the certificate by "x5t#S256", as Microsoft
// wants it.  Empty: libcrypto failed.
Secret client_assertion(const crypto::SigningKey& key, const AssertionParts& parts);

}  // namespace signet::oauth
