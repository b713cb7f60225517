// What accounts keep so that proofs can be checked, whatever their kind; how this site makes it,
// and what it shows for an account that has none.
//
// A salt is a keyed digest of the account's name and the rounds, under a key that only the keeper
// has.  So a login shows the same salt whether it exists or not, over connections and restarts, and
// does not show when its verifier is made (docs/decisions/0086-a-salt-tells-nothing.md).  All
// credentials of an account share salt and rounds, since a client names no credential before it is
// shown them (docs/decisions/0200-credentials.md).
#pragma once

#include "identity/account.h"
#include "identity/scram_verifier.h"

#include <atomic>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace signet::identity {

// A key for CRAM-MD5 as its verifier: "CRAM-MD5$" and crypto::cram_md5_key in hexadecimal digits.
std::string make_cram_verifier(const Secret& password);

// Whether the proof was made with the password of the verifier; then what the server proves itself
// with in turn (CRAM-MD5: nothing).  Takes as long for a wrong proof as for a right one.
// nullopt, too, where the text is no verifier of that kind.
std::optional<std::string> check_proof(std::string_view verifier, sasl::ProofKind kind,
                                       std::string_view auth_message, std::string_view proof);

// Counts an account in, if it counts.
void count_verifiers(const Account& account, sasl::ProofKind kind, VerifierCount& count);

// Safe for concurrent use.
class Verifiers {
public:
    struct Policy {
        unsigned iterations = 0;  // of a new verifier; 0: none is made, and none is kept
        // Those of SCRAM that a new password gets a verifier for.
        std::vector<sasl::ProofKind> kinds{sasl::ProofKind::scram_sha256};
    };
    explicit Verifiers(Secret key, const Policy& policy);

    bool kept() const { return iterations_ > 0; }
    // Of SCRAM.
    bool keeps(sasl::ProofKind kind) const { return kept() && (kinds_ & bit(kind)) != 0; }
    // From now on, and at the next sign-in of each account.
    void keep(std::span<const sasl::ProofKind> kinds);

    // The text form, from the password as it was presented; empty unless kept().  Slow.
    // REQUIRES: a kind of SCRAM.
    std::string make(sasl::ProofKind kind, std::string_view account, const Secret& password) const;
    // Gives the credential one of each kind that is kept.  Slow.
    // REQUIRES: the credential is, or will be, the account's.
    void renew(const Account& account, Credential& credential, const Secret& password) const;
    // Whether that should be done: one is missing, or costs fewer rounds than a new one would.
    // Never for a credential whose verifiers are in order; and for every one that has a verifier
    // which is not to be kept.
    bool outdated(const Account& account, const Credential& credential) const;

    // Costs as much to check as a real one, and no proof opens it.  Its rounds are those of some
    // account: an account and a decoy must not differ by when the setting was changed.
    // name: folded; or as it was presented, if no account can have it.
    ScramVerifier decoy(sasl::ProofKind kind, std::string_view name,
                        const VerifierCount& count) const;
    // A verifier of any kind that no proof opens, to spend as much on as on a real one.
    std::string decoy_text(sasl::ProofKind kind, std::string_view name) const;

private:
    std::string salt_for(sasl::ProofKind kind, std::string_view name, unsigned iterations) const;
    unsigned iterations_for(std::string_view name, const VerifierCount& count) const;
    unsigned rounds_of(const Account& account, const Credential& except,
                       sasl::ProofKind kind) const;
    std::string made(sasl::ProofKind kind, std::string_view account, const Secret& password,
                     unsigned iterations) const;

    static unsigned bit(sasl::ProofKind kind) { return 1u << static_cast<unsigned>(kind); }

    const Secret key_;
    const unsigned iterations_;
    std::atomic<unsigned> kinds_ = 0;
};

}  // namespace signet::identity
