// Stored password hashes, read and bounded before anybody computes one.
//
// A hash says itself what checking it costs.  One that asks for 4 GiB or a thousand million rounds
// is well-formed for every library and stops a server for minutes, so its cost is judged here, by
// reading alone.  Formats that a graphics card breaks in hours are refused with their name: such an
// account needs a new password.  docs/reference/password-formats.md has the table.
#pragma once

#include "base/result.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace signet::identity {

enum class PasswordScheme {
    argon2id,
    sha512_crypt,
    bcrypt,
    yescrypt,
    // Of other servers' accounts alone: see foreign_format.h.
    argon2i,
    sha256_crypt,
    pbkdf2_sha1,
    sha256_digest,
    sha512_digest,
    scram_sha256,
    scram_sha512,
    scram_sha1,
    cram_md5,
    md5_crypt,
    des_crypt,
    md5_digest,
    sha1_digest,
    plain
};
std::string_view name(PasswordScheme scheme);

// The most that a hash may ask for.
inline constexpr std::uint64_t kMaxHashMemory = 256u << 20;  // octets
inline constexpr unsigned kMaxArgon2Passes = 16;
inline constexpr unsigned kMaxArgon2Lanes = 4;
inline constexpr unsigned kMaxSha512Rounds = 1'000'000;
inline constexpr unsigned kMaxBcryptCost = 15;  // 2^15 rounds
inline constexpr std::size_t kMaxStoredOctets = 1'024;

struct PasswordFormat {
    PasswordScheme scheme{};
    // What the library takes: without Dovecot's "{SCHEME}" in front; of SCRAM the
    // StoredKey; of a digest and pbkdf2_sha1 the octets; of plain the password.
    std::string hash = {};
    std::uint64_t memory_octets = 0;  // argon2id and yescrypt
    unsigned passes = 0;              // argon2id: t; sha512_crypt: rounds; bcrypt: log2 of them
    unsigned lanes = 1;               // argon2id: p
    std::string salt = {};            // where it is not a part of `hash`

    bool operator==(const PasswordFormat&) const = default;
};

// Why a stored hash is not checked.
enum class FormatFault {
    empty,
    locked,          // "!" or "*" in front, as in /etc/shadow
    plaintext,       // {PLAIN}, {CLEARTEXT}, or nothing that looks like a hash
    des_crypt,       // traditional and BSDi
    md5_crypt,       // $1$, $md5
    sha1_crypt,      // $sha1$
    sha256_crypt,    // $5$
    fast_digest,     // {SHA…}, {SSHA…}, {MD5…}, {NTLM}, $3$: one round
    argon2_variant,  // argon2i, argon2d
    unknown_scheme,
    malformed,  // a known scheme, wrongly written
    too_costly,
};
std::string_view name(FormatFault fault);         // for logs and audit: "md5_crypt"
std::string_view explanation(FormatFault fault);  // for people: one sentence without a full stop

// "$argon2id$v=19$…", "$6$…", "$2a$…", "$2b$…", "$2y$…", "$y$…", each also with the matching
// "{ARGON2ID}", "{SHA512-CRYPT}", "{BLF-CRYPT}" or "{CRYPT}" in front.
Result<PasswordFormat, FormatFault> parse_password_format(std::string_view stored);

}  // namespace signet::identity
