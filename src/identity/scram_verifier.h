// What an account keeps so that SCRAM can check a proof (RFC 5802 §3): salt, rounds, and two keys
// from which the password cannot be had but by guessing, and with which nobody can sign in.
#pragma once

#include "base/secret.h"
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

}  // namespace signet::identity
