// A certificate authority of one's own and server certificates from it: what `signet dev` needs to
// speak TLS before anybody has bought anything.  ECDSA on P-256, signed with SHA-256 (RFC 5480,
// RFC 5280).  Not for the Internet: nothing here revokes or logs.
//
// Keys come from libcrypto's own generator.  Safe for concurrent use.
#pragma once

#include "base/clock.h"
#include "base/result.h"
#include "base/secret.h"

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace signet::crypto {

// PEM texts, each ending in a line feed: one "CERTIFICATE", one "PRIVATE KEY" (PKCS #8, not
// encrypted).
struct CertifiedKey {
    std::string certificate_pem;
    Secret key_pem;
};

enum class CertificateFault {
    bad_ca,    // not a certificate and the key that belongs to it, or not one that may sign
    bad_name,  // no names, or one that is neither a host name nor an IP address
    library,   // libcrypto failed: memory, or its random source
};
std::string_view name(CertificateFault fault);

// Shape: common_name 1 … 64 octets of UTF-8.  Valid from an hour before `now` (clocks differ) for
// `valid` days; signs server certificates but no further authority.
Result<CertifiedKey, CertificateFault> make_ca(std::string_view common_name, WallTime now,
                                               std::chrono::days valid);

enum class KeyKind {
    ecdsa,  // P-256
    rsa     // 2048 bits: for clients that know nothing else
};

// names: host names ("localhost", "mail.example.com", "*.example.com") and IP addresses
// ("127.0.0.1", "::1"), all of which become subject alternative names.
Result<CertifiedKey, CertificateFault> issue_server_certificate(
    const CertifiedKey& ca, const std::vector<std::string>& names, WallTime now,
    std::chrono::days valid, KeyKind kind = KeyKind::ecdsa);

}  // namespace signet::crypto
