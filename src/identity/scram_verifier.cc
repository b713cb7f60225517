#include "identity/scram_verifier.h"

#include "base/base64.h"
#include "base/invariant.h"
#include "base/text.h"

#include <utility>

namespace signet::identity {
namespace {

// REQUIRES: a kind of SCRAM.
crypto::Hash hash_of(sasl::ProofKind kind) { return sasl::scram_hash(kind).value(); }

std::optional<std::string> decoded(std::string_view text, std::size_t least, std::size_t most) {
    auto octets = unbase64(text);
    if (!octets || octets->size() < least || octets->size() > most) return {};
    return octets;
}

bool within_bounds(std::uint64_t iterations) {
    return iterations >= kFewestScramIterations && iterations <= kMostScramIterations;
}

}  // namespace

std::optional<ScramVerifier> parse_scram_verifier(std::string_view text) {
    const auto parts = split(text, '$');
    if (parts.size() != 3) return {};
    const auto kind = sasl::proof_kind_of(parts[0]);
    const auto cost = split(parts[1], ':'), keys = split(parts[2], ':');
    if (!kind || !sasl::scram_hash(*kind) || sasl::name(*kind) != parts[0] || cost.size() != 2 ||
        keys.size() != 2)
        return {};
    const auto iterations = parse_unsigned(cost[0]);
    if (!iterations || !within_bounds(*iterations) || cost[0].starts_with('0')) return {};
    const auto size = crypto::digest_size(hash_of(*kind));
    auto salt = decoded(cost[1], kShortestScramSalt, kLongestScramSalt);
    auto stored = decoded(keys[0], size, size), server = decoded(keys[1], size, size);
    if (!salt || !stored || !server) return {};
    return ScramVerifier{*kind, static_cast<unsigned>(*iterations), std::move(*salt),
                         std::move(*stored), std::move(*server)};
}

std::string text_of(const ScramVerifier& verifier) {
    return std::string{sasl::name(verifier.kind)} + "$" + std::to_string(verifier.iterations) +
           ":" + base64(verifier.salt) + "$" + base64(verifier.stored_key) + ":" +
           base64(verifier.server_key);
}

ScramVerifier make_scram_verifier(sasl::ProofKind kind, const Secret& password, std::string salt,
                                  unsigned iterations) {
    INVARIANT(within_bounds(iterations), "the settings allow no other number of rounds");
    const auto hash = hash_of(kind);
    const auto salted = crypto::pbkdf2(hash, password.reveal(), salt, iterations);
    auto keys = sasl::scram::keys_of(hash, salted);
    return {.kind = kind,
            .iterations = iterations,
            .salt = std::move(salt),
            .stored_key = std::move(keys.stored_key),
            .server_key = std::move(keys.server_key)};
}

// RFC 5802 §3: the ClientKey comes out of the proof, and its digest is StoredKey or it is none.
std::optional<std::string> check_scram_proof(const ScramVerifier& verifier,
                                             std::string_view auth_message,
                                             std::string_view proof) {
    const auto hash = hash_of(verifier.kind);
    if (proof.size() != crypto::digest_size(hash)) return {};
    const auto client_key = sasl::scram::unmask(hash, verifier.stored_key, auth_message, proof);
    const auto digest = crypto::digest(hash, client_key.reveal());
    auto signature = crypto::hmac(hash, verifier.server_key, auth_message);
    if (!crypto::equal_in_constant_time(digest, verifier.stored_key)) return {};
    return signature;
}

}  // namespace signet::identity
