#include "identity/foreign_format.h"

#include "base/base64.h"
#include "base/text.h"
#include "crypto/cram_md5.h"
#include "crypto/foreign_hash.h"
#include "identity/scram_verifier.h"
#include "sasl/proof_kind.h"

#include <algorithm>
#include <optional>

namespace signet::identity {
namespace {

using Parsed = Result<PasswordFormat, FormatFault>;
using crypto::ForeignDigest;
using enum FormatFault;

constexpr std::string_view kCryptAlphabet =
    "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

bool is_crypt64(std::string_view text) {
    return text.find_first_not_of(kCryptAlphabet) == std::string_view::npos;
}

enum class Encoding {
    guessed,
    base64,
    hex
};

// What stands before the hash, taken apart: {SSHA.hex}
struct Tagged {
    std::string_view scheme, rest;
    Encoding encoding = Encoding::guessed;
};

// Padding is often left out.
std::optional<std::string> unbase64_loosely(std::string_view text) {
    std::string padded{text};
    while (padded.ends_with('=')) padded.pop_back();
    padded.append((4 - padded.size() % 4) % 4, '=');
    return unbase64(padded);
}

std::optional<std::string> octets_of(std::string_view text, Encoding encoding,
                                     std::size_t expected) {
    if (encoding == Encoding::hex) return unhex(text);
    if (encoding == Encoding::base64) return unbase64_loosely(text);
    if (text.size() == 2 * expected) {
        if (auto octets = unhex(text)) return octets;
    }
    return unbase64_loosely(text);
}

struct Digest {
    std::string_view name;
    ForeignDigest digest;
    bool salted = false, weak = false;
};
constexpr Digest kDigests[] = {
    {"SHA256", ForeignDigest::sha256},
    {"SHA512", ForeignDigest::sha512},
    {"SSHA256", ForeignDigest::sha256, true},
    {"SSHA512", ForeignDigest::sha512, true},
    {"SHA", ForeignDigest::sha1, false, true},
    {"SHA1", ForeignDigest::sha1, false, true},
    {"SSHA", ForeignDigest::sha1, true, true},
    {"SMD5", ForeignDigest::md5, true, true},
    {"LDAP-MD5", ForeignDigest::md5, false, true},
    {"PLAIN-MD5", ForeignDigest::md5, false, true},
};

PasswordScheme scheme_of(ForeignDigest digest) {
    switch (digest) {
    case ForeignDigest::md5: return PasswordScheme::md5_digest;
    case ForeignDigest::sha1: return PasswordScheme::sha1_digest;
    case ForeignDigest::sha256: return PasswordScheme::sha256_digest;
    case ForeignDigest::sha512: return PasswordScheme::sha512_digest;
    }
    std::unreachable();
}

// The digest first, then the salt.
Parsed parse_digest(const Digest& kind, const Tagged& tagged) {
    const auto size = crypto::digest_size(kind.digest);
    auto octets = octets_of(tagged.rest, tagged.encoding, size);
    const std::size_t most = kind.salted ? size + kLongestDigestSalt : size;
    const std::size_t least = kind.salted ? size + 1 : size;
    if (!octets || octets->size() < least || octets->size() > most) return fail(malformed);
    PasswordFormat format{.scheme = scheme_of(kind.digest), .passes = 1};
    format.salt = octets->substr(size);
    format.hash = octets->substr(0, size);
    return format;
}

// $1$<salt>$<rounds>$<40 hexadecimal digits>
Parsed parse_pbkdf2(const Tagged& tagged) {
    const auto parts = split(tagged.rest, '$');
    if (parts.size() != 5 || !parts[0].empty() || parts[1] != "1") return fail(malformed);
    const auto rounds = parse_unsigned(parts[3]);
    auto octets = unhex(parts[4]);
    const bool salt_good = !parts[2].empty() && parts[2].size() <= kLongestDigestSalt;
    if (!rounds || *rounds == 0 || !octets || octets->size() != 20 || !salt_good) {
        return fail(malformed);
    }
    if (*rounds > kMaxPbkdf2Rounds) return fail(too_costly);
    PasswordFormat format{.scheme = PasswordScheme::pbkdf2_sha1,
                          .passes = static_cast<unsigned>(*rounds)};
    format.hash = std::move(*octets);
    format.salt = std::string{parts[2]};
    return format;
}

// Argon2i is written as Argon2id, and costs the same.
Parsed parse_argon2i(std::string_view stored) {
    constexpr std::string_view kStart = "$argon2i$";
    if (!stored.starts_with(kStart)) return fail(malformed);
    auto format = parse_password_format("$argon2id$" + std::string{stored.substr(kStart.size())});
    if (!format) return format;
    format->scheme = PasswordScheme::argon2i;
    format->hash = std::string{stored};
    return format;
}

// $5$[rounds=<n>$]<salt>$<43 characters>: as $6$ but for the length.
Parsed parse_sha256_crypt(std::string_view stored) {
    const auto end = stored.rfind('$');
    if (!stored.starts_with("$5$") || end < 3) return fail(malformed);
    const auto hash = stored.substr(end + 1);
    if (hash.size() != 43 || !is_crypt64(hash)) return fail(malformed);
    auto format =
        parse_password_format("$6" + std::string{stored.substr(2, end - 1)} + std::string(86, '.'));
    if (!format) return format;
    format->scheme = PasswordScheme::sha256_crypt;
    format->hash = std::string{stored};
    return format;
}

// <iterations>,<salt>,<StoredKey>,<ServerKey>, the last three in base 64; as RFC 5803 has it but
// for what stands between.
std::string rfc5803_text(sasl::ProofKind kind, std::string_view rest) {
    const auto parts = split(rest, ',');
    if (parts.size() != 4) return {};
    return std::string{sasl::name(kind)} + "$" + std::string{parts[0]} + ":" +
           std::string{parts[1]} + "$" + std::string{parts[2]} + ":" + std::string{parts[3]};
}

// REQUIRES: a kind of SCRAM.
PasswordScheme scheme_of(sasl::ProofKind kind) {
    if (kind == sasl::ProofKind::scram_sha1) return PasswordScheme::scram_sha1;
    return kind == sasl::ProofKind::scram_sha512 ? PasswordScheme::scram_sha512
                                                 : PasswordScheme::scram_sha256;
}

Parsed parse_scram(sasl::ProofKind kind, std::string_view rest) {
    const auto iterations = parse_unsigned(rest.substr(0, rest.find(',')));
    if (iterations && *iterations > kMostScramIterations) return fail(too_costly);
    auto verifier = parse_scram_verifier(rfc5803_text(kind, rest));
    if (!verifier) return fail(malformed);
    PasswordFormat format{.scheme = scheme_of(kind), .passes = verifier->iterations};
    format.hash = std::move(verifier->stored_key);
    format.salt = std::move(verifier->salt);
    return format;
}

Parsed parse_cram_md5(std::string_view rest, const FormatRules& rules) {
    auto key = unhex(rest);
    if (!key || key->size() != crypto::kCramMd5KeySize) return fail(malformed);
    if (!rules.weak) return fail(fast_digest);
    PasswordFormat format{.scheme = PasswordScheme::cram_md5, .passes = 1};
    format.hash = std::move(*key);
    return format;
}

Parsed parse_md5_crypt(std::string_view stored) {  // $1$<salt>$<22 characters>
    const auto parts = split(stored, '$');
    const bool good = parts.size() == 4 && parts[0].empty() && parts[1] == "1" &&
                      parts[2].size() <= 8 && is_crypt64(parts[2]) && parts[3].size() == 22 &&
                      is_crypt64(parts[3]);
    if (!good) return fail(malformed);
    return PasswordFormat{
        .scheme = PasswordScheme::md5_crypt, .hash = std::string{stored}, .passes = 1'000};
}

Parsed parse_des_crypt(std::string_view stored) {
    if (stored.size() != 13 || !is_crypt64(stored)) return fail(malformed);
    return PasswordFormat{
        .scheme = PasswordScheme::des_crypt, .hash = std::string{stored}, .passes = 25};
}

// Whatever begins with "$", or is DES.
Parsed parse_crypt(std::string_view stored, const FormatRules& rules) {
    if (stored.starts_with("$5$")) return parse_sha256_crypt(stored);
    if (stored.starts_with("$argon2i$")) return parse_argon2i(stored);
    if (stored.starts_with("$1$")) {
        return rules.weak ? parse_md5_crypt(stored) : Parsed{fail(md5_crypt)};
    }
    auto format = parse_password_format(stored);
    if (format || format.error() != des_crypt || !rules.weak) return format;
    return parse_des_crypt(stored);
}

Parsed parse_plain(const Tagged& tagged, const FormatRules& rules) {
    if (!rules.plain) return fail(plaintext);
    auto password = tagged.encoding == Encoding::guessed
                        ? std::optional{std::string{tagged.rest}}
                        : octets_of(tagged.rest, tagged.encoding, 0);
    if (!password || password->empty()) return fail(malformed);
    return PasswordFormat{.scheme = PasswordScheme::plain, .hash = std::move(*password)};
}

bool is_one_of(std::string_view name, std::initializer_list<std::string_view> names) {
    return std::ranges::any_of(names, [&](auto known) { return equal_nocase(name, known); });
}

std::optional<Encoding> encoding_of(std::string_view suffix) {
    if (is_one_of(suffix, {"b64", "base64"})) return Encoding::base64;
    if (is_one_of(suffix, {"hex"})) return Encoding::hex;
    return {};
}

Parsed parse_tagged(const Tagged& tagged, const FormatRules& rules) {
    const auto scheme = tagged.scheme;
    if (is_one_of(scheme, {"PLAIN", "CLEAR", "CLEARTEXT"})) return parse_plain(tagged, rules);
    for (const auto& digest : kDigests) {
        if (!equal_nocase(scheme, digest.name)) continue;
        if (digest.weak && !rules.weak) return fail(fast_digest);
        return parse_digest(digest, tagged);
    }
    // The name of LDAP servers for what Dovecot calls LDAP-MD5; Dovecot's for MD5-CRYPT.
    if (is_one_of(scheme, {"MD5"}) && !tagged.rest.starts_with('$')) {
        return parse_tagged({"LDAP-MD5", tagged.rest, tagged.encoding}, rules);
    }
    if (tagged.encoding != Encoding::guessed) return fail(malformed);  // the rest is text already
    if (is_one_of(scheme, {"PBKDF2"})) return parse_pbkdf2(tagged);
    if (const auto kind = sasl::proof_kind_of(scheme)) {
        return sasl::scram_hash(*kind) ? parse_scram(*kind, tagged.rest)
                                       : parse_cram_md5(tagged.rest, rules);
    }
    if (is_one_of(scheme, {"ARGON2I"})) return parse_argon2i(tagged.rest);
    if (is_one_of(scheme, {"SHA256-CRYPT"})) return parse_sha256_crypt(tagged.rest);
    if (is_one_of(scheme, {"MD5", "MD5-CRYPT"})) {
        return rules.weak ? parse_md5_crypt(tagged.rest) : Parsed{fail(md5_crypt)};
    }
    if (is_one_of(scheme, {"DES-CRYPT"})) {
        return rules.weak ? parse_des_crypt(tagged.rest) : Parsed{fail(des_crypt)};
    }
    if (is_one_of(scheme, {"CRYPT"})) {
        return tagged.rest.empty() ? Parsed{fail(malformed)} : parse_crypt(tagged.rest, rules);
    }
    return parse_password_format("{" + std::string{scheme} + "}" + std::string{tagged.rest});
}

}  // namespace

Parsed parse_foreign_format(std::string_view stored, const FormatRules& rules) {
    if (stored.empty()) return fail(empty);
    if (stored.front() == '!' || stored.front() == '*') return fail(locked);
    if (stored.size() > kMaxStoredOctets) return fail(malformed);
    Tagged tagged{rules.default_scheme, stored};
    if (stored.front() == '{') {
        const auto end = stored.find('}');
        if (end == std::string_view::npos) return fail(malformed);
        tagged = {stored.substr(1, end - 1), stored.substr(end + 1)};
    } else if (stored.front() == '$') {
        tagged.scheme = "CRYPT";  // what says itself what it is
    }
    if (const auto dot = tagged.scheme.rfind('.'); dot != std::string_view::npos) {
        const auto encoding = encoding_of(tagged.scheme.substr(dot + 1));
        if (!encoding) return fail(unknown_scheme);
        tagged.encoding = *encoding;
        tagged.scheme = tagged.scheme.substr(0, dot);
    }
    if (!tagged.rest.empty() && (tagged.rest.front() == '!' || tagged.rest.front() == '*') &&
        !is_one_of(tagged.scheme, {"PLAIN", "CLEAR", "CLEARTEXT"})) {
        return fail(locked);
    }
    return parse_tagged(tagged, rules);
}

std::vector<std::string> foreign_verifiers(std::string_view stored) {
    const auto end = stored.find('}');
    if (!stored.starts_with('{') || end == std::string_view::npos) return {};
    const auto kind = sasl::proof_kind_of(stored.substr(1, end - 1));
    const auto rest = stored.substr(end + 1);
    if (!kind) return {};
    if (sasl::scram_hash(*kind)) {
        auto text = rfc5803_text(*kind, rest);
        return parse_scram_verifier(text) ? std::vector{std::move(text)}
                                          : std::vector<std::string>{};
    }
    const auto key = unhex(rest);
    if (!key || key->size() != crypto::kCramMd5KeySize) return {};
    return {std::string{sasl::name(*kind)} + "$" + lower(rest)};
}

}  // namespace signet::identity
