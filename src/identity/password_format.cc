#include "identity/password_format.h"

#include "base/base64.h"
#include "base/text.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace signet::identity {
namespace {

using Parsed = Result<PasswordFormat, FormatFault>;
using enum FormatFault;

constexpr std::string_view kCryptAlphabet =
    "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

bool is_crypt64(std::string_view text) {
    return text.find_first_not_of(kCryptAlphabet) == std::string_view::npos;
}

// Case counts in a hash: Cursor, which reads protocol words, would not do.
bool take(std::string_view& rest, std::string_view prefix) {
    if (!rest.starts_with(prefix)) return false;
    rest.remove_prefix(prefix.size());
    return true;
}

// Decimal without sign or leading zero, at most nine digits, followed by `stop`, which is taken.
std::optional<unsigned> take_number(std::string_view& rest, char stop) {
    const auto end = rest.find(stop);
    if (end > 9 || (end > 1 && rest[0] == '0')) return {};  // npos is more than nine, too
    const auto number = parse_unsigned(rest.substr(0, end));
    if (!number) return {};
    rest.remove_prefix(end + 1);
    return static_cast<unsigned>(*number);
}

// The octets that unpadded base 64 stands for; nullopt if it is none.
std::optional<std::size_t> octets_in_base64(std::string_view text) {
    std::string padded{text};
    padded.append((4 - padded.size() % 4) % 4, '=');
    if (text.ends_with('=')) return {};
    const auto octets = unbase64(padded);
    if (!octets) return {};
    return octets->size();
}

bool within(std::optional<std::size_t> size, std::size_t least, std::size_t most) {
    return size && *size >= least && *size <= most;
}

// $argon2id$v=19$m=<KiB>,t=<passes>,p=<lanes>$<salt>$<hash>
// https://github.com/P-H-C/phc-string-format, RFC 9106 §3.1 for the ranges
Parsed parse_argon2id(std::string_view stored) {
    auto rest = stored;
    if (!take(rest, "$argon2id$v=19$m=")) return fail(malformed);
    const auto memory_kib = take_number(rest, ',');
    if (!memory_kib || !take(rest, "t=")) return fail(malformed);
    const auto passes = take_number(rest, ',');
    if (!passes || !take(rest, "p=")) return fail(malformed);
    const auto lanes = take_number(rest, '$');
    if (!lanes) return fail(malformed);

    const auto parts = split(rest, '$');
    if (parts.size() != 2) return fail(malformed);
    if (!within(octets_in_base64(parts[0]), 8, 64)) return fail(malformed);
    if (!within(octets_in_base64(parts[1]), 16, 64)) return fail(malformed);

    const auto memory_octets = std::uint64_t{*memory_kib} * 1'024;
    if (memory_octets > kMaxHashMemory) return fail(too_costly);
    if (*passes > kMaxArgon2Passes || *lanes > kMaxArgon2Lanes) return fail(too_costly);
    if (*passes == 0 || *lanes == 0 || *memory_kib < 8 * *lanes) return fail(malformed);
    return PasswordFormat{PasswordScheme::argon2id, std::string{stored}, memory_octets, *passes,
                          *lanes};
}

// $6$[rounds=<n>$]<salt>$<86 characters>   https://www.akkadia.org/drepper/SHA-crypt.txt
Parsed parse_sha512_crypt(std::string_view stored) {
    auto rest = stored;
    take(rest, "$6$");
    unsigned rounds = 5'000;
    if (take(rest, "rounds=")) {
        const auto asked = take_number(rest, '$');
        if (!asked) return fail(malformed);
        rounds = *asked;
    }
    const auto parts = split(rest, '$');
    if (parts.size() != 2) return fail(malformed);
    const bool salt_good =
        parts[0].size() <= 16 && std::ranges::all_of(parts[0], [](char c) {
            return c > ' ' && c <= '~' && !std::string_view{"!*:;\\"}.contains(c);
        });
    if (!salt_good || parts[1].size() != 86 || !is_crypt64(parts[1])) return fail(malformed);
    if (rounds > kMaxSha512Rounds) return fail(too_costly);
    if (rounds < 1'000) return fail(malformed);  // crypt(3) would compute 1'000 and never match
    return PasswordFormat{PasswordScheme::sha512_crypt, std::string{stored}, 0, rounds, 1};
}

// $2b$<two digits>$<22 characters of salt><31 of hash>.  "2x" is a bug of old PHP, kept by nobody.
Parsed parse_bcrypt(std::string_view stored) {
    const auto kind = stored.substr(0, 4);
    if (kind != "$2a$" && kind != "$2b$" && kind != "$2y$") return fail(unknown_scheme);
    const auto rest = stored.substr(4);
    if (rest.size() != 56 || !is_digit(rest[0]) || !is_digit(rest[1]) || rest[2] != '$') {
        return fail(malformed);
    }
    if (!is_crypt64(rest.substr(3))) return fail(malformed);
    const auto cost = static_cast<unsigned>((rest[0] - '0') * 10 + (rest[1] - '0'));
    if (cost > kMaxBcryptCost) return fail(too_costly);
    if (cost < 4) return fail(malformed);
    return PasswordFormat{PasswordScheme::bcrypt, std::string{stored}, 0, cost, 1};
}

// A parameter of yescrypt, of which the values that anybody uses are one character.
std::optional<unsigned> take_yescrypt_number(std::string_view& rest, unsigned least) {
    if (rest.empty()) return {};
    const auto at = kCryptAlphabet.find(rest.front());
    if (at > 47) return {};  // the first of several characters
    rest.remove_prefix(1);
    return static_cast<unsigned>(at) + least;
}

// $y$<flavour, log2 N, r>$<salt>$<43 characters>   crypt(5).  More parameters may follow r
// (parallelism, time); crypt_gensalt(3) never writes them.
Parsed parse_yescrypt(std::string_view stored) {
    auto rest = stored;
    take(rest, "$y$");
    if (!take(rest, "j")) return fail(malformed);  // YESCRYPT_DEFAULTS
    const auto log2_n = take_yescrypt_number(rest, 1);
    const auto r = take_yescrypt_number(rest, 1);
    const auto parts = split(rest, '$');
    if (!log2_n || !r || parts.size() != 3) return fail(malformed);
    if (parts[1].empty() || parts[1].size() > 86 || !is_crypt64(parts[1])) return fail(malformed);
    if (parts[2].size() != 43 || !is_crypt64(parts[2])) return fail(malformed);
    if (!parts[0].empty()) return fail(is_crypt64(parts[0]) ? too_costly : malformed);

    // N is at most 2^48 and r at most 48, so the product fits.
    const auto memory_octets = (std::uint64_t{128} * *r) << *log2_n;
    if (memory_octets > kMaxHashMemory) return fail(too_costly);
    return PasswordFormat{PasswordScheme::yescrypt, std::string{stored}, memory_octets, 1, 1};
}

struct Scheme {
    std::string_view prefix;
    Parsed (*parse)(std::string_view stored);
};
constexpr Scheme kSchemes[] = {
    {"$argon2id$", parse_argon2id},
    {"$6$", parse_sha512_crypt},
    {"$2", parse_bcrypt},
    {"$y$", parse_yescrypt},
};

struct Refused {
    std::string_view start;
    FormatFault fault;
};
constexpr Refused kRefusedPrefixes[] = {
    {"$1$", md5_crypt},
    {"$md5", md5_crypt},
    {"$sha1", sha1_crypt},
    {"$5$", sha256_crypt},
    {"$3$", fast_digest},
    {"$argon2i$", argon2_variant},
    {"$argon2d$", argon2_variant},
    {"_", des_crypt},
};

// Dovecot's names for what a hash is: https://doc.dovecot.org, "Password Schemes".
constexpr Refused kRefusedTags[] = {
    {"PLAIN", plaintext},       {"CLEAR", plaintext},           {"CLEARTEXT", plaintext},
    {"PLAIN-TRUNC", plaintext}, {"DES-CRYPT", des_crypt},       {"MD5-CRYPT", md5_crypt},
    {"MD5", md5_crypt},         {"SHA256-CRYPT", sha256_crypt}, {"PLAIN-MD5", fast_digest},
    {"LDAP-MD5", fast_digest},  {"SMD5", fast_digest},          {"SHA", fast_digest},
    {"SHA1", fast_digest},      {"SHA256", fast_digest},        {"SHA512", fast_digest},
    {"SSHA", fast_digest},      {"SSHA256", fast_digest},       {"SSHA512", fast_digest},
    {"NTLM", fast_digest},      {"LANMAN", fast_digest},        {"CRAM-MD5", fast_digest},
    {"HMAC-MD5", fast_digest},  {"DIGEST-MD5", fast_digest},    {"ARGON2I", argon2_variant},
};

struct Tag {
    std::string_view name, prefix;
};
constexpr Tag kTags[] = {
    {"ARGON2ID", "$argon2id$"}, {"SHA512-CRYPT", "$6$"}, {"BLF-CRYPT", "$2"}, {"CRYPT", ""}};

// Thirteen characters of the crypt alphabet: DES, or a password that looks like it.  Either way
// nothing is lost by the name.
bool looks_like_des(std::string_view hash) { return hash.size() == 13 && is_crypt64(hash); }

Parsed parse_bare(std::string_view hash) {
    for (const auto& scheme : kSchemes) {
        if (hash.starts_with(scheme.prefix)) return scheme.parse(hash);
    }
    for (const auto& refused : kRefusedPrefixes) {
        if (hash.starts_with(refused.start)) return fail(refused.fault);
    }
    if (hash.starts_with('$')) return fail(unknown_scheme);
    return fail(looks_like_des(hash) ? des_crypt : plaintext);
}

}  // namespace

std::string_view name(PasswordScheme scheme) {
    switch (scheme) {
    case PasswordScheme::argon2id: return "argon2id";
    case PasswordScheme::sha512_crypt: return "sha512_crypt";
    case PasswordScheme::bcrypt: return "bcrypt";
    case PasswordScheme::yescrypt: return "yescrypt";
    case PasswordScheme::argon2i: return "argon2i";
    case PasswordScheme::sha256_crypt: return "sha256_crypt";
    case PasswordScheme::pbkdf2_sha1: return "pbkdf2_sha1";
    case PasswordScheme::sha256_digest: return "sha256_digest";
    case PasswordScheme::sha512_digest: return "sha512_digest";
    case PasswordScheme::scram_sha256: return "scram_sha256";
    case PasswordScheme::scram_sha512: return "scram_sha512";
    case PasswordScheme::scram_sha1: return "scram_sha1";
    case PasswordScheme::cram_md5: return "cram_md5";
    case PasswordScheme::md5_crypt: return "md5_crypt";
    case PasswordScheme::des_crypt: return "des_crypt";
    case PasswordScheme::md5_digest: return "md5_digest";
    case PasswordScheme::sha1_digest: return "sha1_digest";
    case PasswordScheme::plain: return "plain";
    }
    std::unreachable();
}

std::string_view name(FormatFault fault) {
    switch (fault) {
    case empty: return "empty";
    case locked: return "locked";
    case plaintext: return "plaintext";
    case des_crypt: return "des_crypt";
    case md5_crypt: return "md5_crypt";
    case sha1_crypt: return "sha1_crypt";
    case sha256_crypt: return "sha256_crypt";
    case fast_digest: return "fast_digest";
    case argon2_variant: return "argon2_variant";
    case unknown_scheme: return "unknown_scheme";
    case malformed: return "malformed";
    case too_costly: return "too_costly";
    }
    std::unreachable();
}

std::string_view explanation(FormatFault fault) {
    switch (fault) {
    case empty: return "there is no hash";
    case locked: return "the hash is locked (\"!\" or \"*\" in front): no password opens it";
    case plaintext: return "this is a password in clear text, not a hash";
    case des_crypt: return "DES crypt is broken in hours; give the account a new password";
    case md5_crypt: return "MD5 crypt ($1$) is too weak; give the account a new password";
    case sha1_crypt: return "SHA-1 crypt is too weak; give the account a new password";
    case sha256_crypt: return "SHA-256 crypt ($5$) is not taken; give the account a new password";
    case fast_digest: return "a plain digest is broken in hours; give the account a new password";
    case argon2_variant: return "of Argon2 only argon2id is taken";
    case unknown_scheme: return "the scheme is not known";
    case malformed: return "the scheme is known, but the hash is not written as it should be";
    case too_costly: return "checking it would cost more than Signet spends on one sign-in";
    }
    std::unreachable();
}

Parsed parse_password_format(std::string_view stored) {
    if (stored.empty()) return fail(empty);
    if (stored.front() == '!' || stored.front() == '*') return fail(locked);
    if (stored.size() > kMaxStoredOctets) return fail(malformed);
    if (stored.front() != '{') return parse_bare(stored);

    const auto end = stored.find('}');
    if (end == std::string_view::npos) return fail(plaintext);
    const auto tag = stored.substr(1, end - 1), hash = stored.substr(end + 1);
    for (const auto& refused : kRefusedTags) {
        if (equal_nocase(tag, refused.start)) return fail(refused.fault);
    }
    for (const auto& known : kTags) {
        if (!equal_nocase(tag, known.name)) continue;
        if (hash.empty() || !hash.starts_with(known.prefix)) return fail(malformed);
        return parse_bare(hash);
    }
    return fail(unknown_scheme);
}

}  // namespace signet::identity
