#include "identity/password_hasher.h"

#include "base/invariant.h"
#include "crypto/cram_md5.h"
#include "crypto/digest.h"
#include "crypto/foreign_hash.h"

#include <utility>

namespace signet::identity {
namespace {

// "m=" counts in KiB: a cost between two of them would make every new hash look outdated.
crypto::Argon2idCost rounded(crypto::Argon2idCost cost) {
    cost.memory_octets -= cost.memory_octets % 1'024;
    return cost;
}

Result<bool, crypto::HashFault> digest_of(crypto::ForeignDigest digest,
                                          const PasswordFormat& format, std::string_view password) {
    return crypto::digest_verify(digest, format.hash, format.salt, password);
}

// RFC 5802 §3: StoredKey := H(HMAC(SaltedPassword, "Client Key"))
Result<bool, crypto::HashFault> scram_key_of(crypto::Hash hash, const PasswordFormat& format,
                                             std::string_view password) {
    if (password.contains('\0')) return false;  // as in pbkdf2_sha1_verify
    const auto salted = crypto::pbkdf2(hash, password, format.salt, format.passes);
    const auto client_key = crypto::hmac(hash, salted.reveal(), "Client Key");
    return crypto::equal_in_constant_time(crypto::digest(hash, client_key), format.hash);
}

PasswordFormat make_decoy(crypto::Argon2idCost cost, Entropy& entropy) {
    auto format = parse_password_format(crypto::argon2id_decoy(cost, entropy));
    INVARIANT(format, "the default scheme is one that is taken");
    return std::move(*format);
}

}  // namespace

Argon2idHasher::Argon2idHasher(crypto::Argon2idCost cost, Entropy& entropy)
    : cost_(rounded(cost)), entropy_(entropy), decoy_(make_decoy(cost_, entropy)) {}

Result<std::string, crypto::HashFault> Argon2idHasher::hash(std::string_view password) const {
    return crypto::argon2id_hash(password, cost_, entropy_);
}

Result<bool, crypto::HashFault> Argon2idHasher::verify(const PasswordFormat& format,
                                                       std::string_view password) const {
    switch (format.scheme) {
    case PasswordScheme::argon2id: return crypto::argon2id_verify(format.hash, password);
    case PasswordScheme::argon2i: return crypto::argon2i_verify(format.hash, password);
    case PasswordScheme::pbkdf2_sha1:
        return crypto::pbkdf2_sha1_verify(format.hash, format.salt, format.passes, password);
    case PasswordScheme::sha256_digest:
        return digest_of(crypto::ForeignDigest::sha256, format, password);
    case PasswordScheme::sha512_digest:
        return digest_of(crypto::ForeignDigest::sha512, format, password);
    case PasswordScheme::sha1_digest:
        return digest_of(crypto::ForeignDigest::sha1, format, password);
    case PasswordScheme::md5_digest: return digest_of(crypto::ForeignDigest::md5, format, password);
    case PasswordScheme::scram_sha512: return scram_key_of(crypto::Hash::sha512, format, password);
    case PasswordScheme::scram_sha256: return scram_key_of(crypto::Hash::sha256, format, password);
    case PasswordScheme::scram_sha1: return scram_key_of(crypto::Hash::sha1, format, password);
    case PasswordScheme::cram_md5:
        if (password.contains('\0')) return false;  // as in pbkdf2_sha1_verify
        return crypto::equal_in_constant_time(crypto::cram_md5_key(password).reveal(), format.hash);
    case PasswordScheme::plain: return crypto::equal_in_constant_time(format.hash, password);
    case PasswordScheme::sha256_crypt:
    case PasswordScheme::md5_crypt:
    case PasswordScheme::des_crypt:
    case PasswordScheme::sha512_crypt:
    case PasswordScheme::bcrypt:
    case PasswordScheme::yescrypt: return crypto::crypt3_verify(format.hash, password);
    }
    std::unreachable();
}

bool Argon2idHasher::outdated(const PasswordFormat& format) const {
    return format.scheme != PasswordScheme::argon2id ||
           format.memory_octets < cost_.memory_octets || format.passes < cost_.passes;
}

}  // namespace signet::identity
