#include "identity/password_hasher.h"

#include "base/invariant.h"

#include <utility>

namespace signet::identity {
namespace {

// "m=" counts in KiB: a cost between two of them would make every new hash look outdated.
crypto::Argon2idCost rounded(crypto::Argon2idCost cost) {
    cost.memory_octets -= cost.memory_octets % 1'024;
    return cost;
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
