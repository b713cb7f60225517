// What an account keeps so that SCRAM can check a proof (RFC 5802 §3): salt, rounds, and two keys
// from which the password cannot be had but by guessing, and with which nobody can sign in.
#pragma once

#include "base/secret.h"
#include "identity/account.h"
#include "sasl/proof_kind.h"
#include "sasl/scram_keys.h"

#include <optional>
#include <string>
#include <string_view>

namespace signet::identity {

// More than the second, and one sign-in takes a client seconds.
inline constexpr unsigned kFewestScramIterations = sasl::scram::kFewestIterations;
inline constexpr unsigned kMostScramIterations = 10'000'000;
inline constexpr std::size_t kShortestScramSalt = 8, kLongestScramSalt = 64;  // octets

struct ScramVerifier {
    sasl::ProofKind kind{};  // a SCRAM one
    unsigned iterations = 0;
    std::string salt;
    std::string stored_key, server_key;  // one digest each

    bool operator==(const ScramVerifier&) const = default;
};

// Text form, as RFC 5803 §2 has it in its AuthInfo and AuthValue:
//   SCRAM-SHA-256$<iterations>:<salt>$<StoredKey>:<ServerKey>      the last three in base 64
// nullopt: not that, or out of the bounds above.
std::optional<ScramVerifier> parse_scram_verifier(std::string_view text);
std::string text_of(const ScramVerifier& verifier);

// Costs as many rounds as it asks of a client: on a worker pool.
// REQUIRES: bounds as above; the password is prepared (sasl/scram_keys.h).
ScramVerifier make_scram_verifier(sasl::ProofKind kind, const Secret& password, std::string salt,
                                  unsigned iterations);

// The server's signature if the proof was made over auth_message with the password of the
// verifier.  Takes as long for a wrong proof as for a right one.
std::optional<std::string> check_scram_proof(const ScramVerifier& verifier,
                                             std::string_view auth_message, std::string_view proof);

// How this site makes verifiers, and what it shows for an account that has none.
//
// A salt is a keyed digest of the account's name and the rounds, under a key that only the keeper
// has.  So a login shows the same salt whether it exists or not, over connections and restarts, and
// does not show when its verifier is made (docs/decisions/0086-a-salt-tells-nothing.md).
//
// Safe for concurrent use.
class ScramVerifiers {
public:
    // iterations: of a new verifier; 0: none is made, and none is kept.
    ScramVerifiers(Secret key, unsigned iterations);

    bool kept() const { return iterations_ > 0; }
    unsigned iterations() const { return iterations_; }

    // The text form, from the password as it was presented; empty unless kept().  Slow.
    std::string make(sasl::ProofKind kind, std::string_view name, const Secret& password) const;
    // Whether that should be done: there is none, or one that costs fewer rounds than a new one.
    // Never for an account whose verifier is in order; and for every one that has a verifier which
    // is not to be kept.
    bool outdated(const Account& account) const;

    // Costs as much to check as a real one, and no proof opens it.  Its rounds are those of some
    // account: an account and a decoy must not differ by when the setting was changed.
    // name: folded; or as it was presented, if no account can have it.
    ScramVerifier decoy(sasl::ProofKind kind, std::string_view name,
                        const ScramCensus& census) const;

private:
    std::string salt_for(sasl::ProofKind kind, std::string_view name, unsigned iterations) const;
    unsigned iterations_for(std::string_view name, const ScramCensus& census) const;

    Secret key_;
    unsigned iterations_;
};

}  // namespace signet::identity
