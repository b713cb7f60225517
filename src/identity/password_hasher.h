// Makes and checks stored passwords.  An interface, so that a test can count the work.
//
// Each call but decoy() and outdated() costs tens of milliseconds: on a worker pool only.  Safe for
// concurrent use.
#pragma once

#include "crypto/password_hash.h"
#include "identity/password_format.h"

#include <string>
#include <string_view>

namespace signet::identity {

class PasswordHasher {
public:
    virtual ~PasswordHasher() = default;
    // A new hash in the default scheme: what parse_password_format accepts.
    virtual Result<std::string, crypto::HashFault> hash(std::string_view password) const = 0;
    virtual Result<bool, crypto::HashFault> verify(const PasswordFormat& format,
                                                   std::string_view password) const = 0;
    // Costs to verify what a new hash costs, and opens for nobody.
    virtual const PasswordFormat& decoy() const = 0;
    // Weaker than what hash() makes: to be made anew when its owner signs in.
    virtual bool outdated(const PasswordFormat& format) const = 0;
};

// The default scheme is Argon2id of the given cost.
class Argon2idHasher final : public PasswordHasher {
public:
    // The memory is rounded down to whole KiB, as the hash writes it.
    // REQUIRES: the cost is one that crypto::argon2id_hash takes; entropy outlives the hasher.
    Argon2idHasher(crypto::Argon2idCost cost, Entropy& entropy);

    Result<std::string, crypto::HashFault> hash(std::string_view password) const override;
    Result<bool, crypto::HashFault> verify(const PasswordFormat& format,
                                           std::string_view password) const override;
    const PasswordFormat& decoy() const override { return decoy_; }
    bool outdated(const PasswordFormat& format) const override;

private:
    crypto::Argon2idCost cost_;
    Entropy& entropy_;
    PasswordFormat decoy_;
};

}  // namespace signet::identity
