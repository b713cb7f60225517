// For tests: hashers that cost little, and count or can hold up the work.
#pragma once

#include "identity/password_hasher.h"

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>

namespace signet::identity {

// Says what it was given: hashing itself is tested elsewhere.  "no memory" is a password that no
// hash can be made of.
class PlainHasher final : public PasswordHasher {
public:
    Result<std::string, crypto::HashFault> hash(std::string_view password) const override {
        if (password == "no memory") return fail(crypto::HashFault::no_memory);
        return "hash of " + std::string{password};
    }
    Result<bool, crypto::HashFault> verify(const PasswordFormat&, std::string_view) const override {
        return false;
    }
    const PasswordFormat& decoy() const override { return decoy_; }
    bool outdated(const PasswordFormat&) const override { return false; }

private:
    PasswordFormat decoy_;
};

// Real hashes at a small cost.  Counts what a guesser could measure, and can hold it up: gate()
// makes every verify wait until release().  Safe for concurrent use.
class CountingHasher final : public PasswordHasher {
public:
    Result<std::string, crypto::HashFault> hash(std::string_view password) const override {
        ++hashes;
        return real_.hash(password);
    }
    Result<bool, crypto::HashFault> verify(const PasswordFormat& format,
                                           std::string_view password) const override;
    const PasswordFormat& decoy() const override { return real_.decoy(); }
    bool outdated(const PasswordFormat& format) const override { return real_.outdated(format); }

    void gate() { set_shut(true); }
    void release() { set_shut(false); }
    void wait_until_entered(unsigned times) const;

    mutable std::atomic<unsigned> hashes = 0, verifies = 0, decoys = 0;
    std::optional<crypto::HashFault> fault;  // set while nothing runs

private:
    void set_shut(bool shut);

    mutable SeededEntropy entropy_{97};
    Argon2idHasher real_{{.memory_octets = 64u << 10, .passes = 1}, entropy_};
    mutable std::mutex mutex_;
    mutable std::condition_variable moved_;
    mutable unsigned entered_ = 0;
    bool shut_ = false;
};

}  // namespace signet::identity
