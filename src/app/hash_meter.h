// Times password hashes, by their scheme.
#pragma once

#include "base/clock.h"
#include "identity/password_hasher.h"
#include "observe/catalogue.h"

namespace signet::app {

// All three outlive it.
class HashMeter final : public identity::PasswordHasher {
public:
    HashMeter(const identity::PasswordHasher& next, observe::Registry& registry,
              const Clock& clock);

    Result<std::string, crypto::HashFault> hash(std::string_view password) const override;
    Result<bool, crypto::HashFault> verify(const identity::PasswordFormat& format,
                                           std::string_view password) const override;
    const identity::PasswordFormat& decoy() const override { return next_.decoy(); }
    bool outdated(const identity::PasswordFormat& format) const override {
        return next_.outdated(format);
    }

private:
    const identity::PasswordHasher& next_;
    observe::Registry& registry_;
    const Clock& clock_;
};

}  // namespace signet::app
