// Stored passwords as other servers write them: more kinds than Signet's own database takes,
// checked and never made.  They come from files and databases that somebody else keeps.
//
// As parse_password_format, this judges by reading alone what a check would cost.
// docs/reference/password-formats.md has the table.
#pragma once

#include "identity/password_format.h"

#include <string>
#include <string_view>
#include <vector>

namespace signet::identity {

struct FormatRules {
    std::string default_scheme = "CRYPT";  // of what has no "{SCHEME}" in front
    bool weak =
        false;  // MD5-CRYPT, DES-CRYPT, SHA, SSHA, SMD5, PLAIN-MD5, LDAP-MD5, CRAM-MD5 are taken
    bool plain = false;  // passwords as they are
};

// PBKDF2 as Dovecot writes it costs a microsecond a round.
inline constexpr unsigned kMaxPbkdf2Rounds = 1'000'000;
inline constexpr std::size_t kLongestDigestSalt = 64;  // octets

// Besides what parse_password_format takes: {ARGON2I}, {SHA256-CRYPT} ($5$), {PBKDF2}, {SHA256},
// {SHA512}, {SSHA256}, {SSHA512}, {SCRAM-SHA-1}, -256 and -512; and by the rules those that are
// weak.  ".b64",
// ".base64" and
// ".hex" behind a scheme's name say how what follows is written.
// Faults: those of parse_password_format; fast_digest, md5_crypt, des_crypt and plaintext where the
// rules do not allow it.
Result<PasswordFormat, FormatFault> parse_foreign_format(std::string_view stored,
                                                         const FormatRules& rules);

// What proofs are checked with (identity/verifiers.h), of {SCRAM-SHA-…} and {CRAM-MD5}; else none.
std::vector<std::string> foreign_verifiers(std::string_view stored);

}  // namespace signet::identity
