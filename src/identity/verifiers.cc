#include "identity/verifiers.h"

#include "base/invariant.h"
#include "base/text.h"
#include "crypto/cram_md5.h"

#include <algorithm>
#include <set>
#include <utility>

namespace signet::identity {
namespace {

constexpr std::size_t kSaltSize = 16;  // octets
constexpr std::string_view kCramPrefix = "CRAM-MD5$";

// REQUIRES: a kind of SCRAM.
crypto::Hash hash_of(sasl::ProofKind kind) { return sasl::scram_hash(kind).value(); }

// Two fields that cannot be taken for one another: a name holds no NUL.
std::string labelled(std::string_view label, std::string_view name, std::string_view rest) {
    std::string text{label};
    for (const auto part : {name, rest}) (text += '\0') += part;
    return text;
}

std::optional<std::string> check_cram(std::string_view verifier, std::string_view challenge,
                                      std::string_view proof) {
    if (!verifier.starts_with(kCramPrefix)) return {};
    auto octets = unhex(verifier.substr(kCramPrefix.size()));
    if (!octets || octets->size() != crypto::kCramMd5KeySize) return {};
    const Secret key{std::move(*octets)};
    if (!crypto::equal_in_constant_time(crypto::cram_md5(key, challenge), proof)) return {};
    return std::string{};
}

}  // namespace

std::string make_cram_verifier(const Secret& password) {
    return std::string{kCramPrefix} + hex(crypto::cram_md5_key(password.reveal()).reveal());
}

std::optional<std::string> check_proof(std::string_view verifier, sasl::ProofKind kind,
                                       std::string_view auth_message, std::string_view proof) {
    if (!sasl::scram_hash(kind)) return check_cram(verifier, auth_message, proof);
    const auto scram = parse_scram_verifier(verifier);
    if (!scram || scram->kind != kind) return {};
    return check_scram_proof(*scram, auth_message, proof);
}

void count_verifiers(const Account& account, sasl::ProofKind kind, VerifierCount& count) {
    if (!account.enabled || !account.may_submit) return;
    bool without = false;
    std::set<unsigned> rounds;
    for (const auto& one : account.credentials) {
        if (!one.knows_password() || one.state != CredentialState::active) continue;
        const auto verifier = one.verifier(kind);
        if (verifier.empty()) {
            without = true;
            continue;
        }
        const auto scram = parse_scram_verifier(verifier);
        rounds.insert(scram ? scram->iterations : 0);
    }
    count.without += without;
    for (const auto one : rounds) ++count.by_iterations[one];
}

Verifiers::Verifiers(Secret key, const Policy& policy)
    : key_(std::move(key)), iterations_(policy.iterations) {
    INVARIANT(iterations_ == 0 ||
                  (iterations_ >= kFewestScramIterations && iterations_ <= kMostScramIterations),
              "the settings allow no other number");
    keep(policy.kinds);
}

void Verifiers::keep(std::span<const sasl::ProofKind> kinds) {
    unsigned wanted = 0;
    for (const auto kind : kinds) wanted |= sasl::scram_hash(kind) ? bit(kind) : 0;
    kinds_ = wanted;
}

std::string Verifiers::salt_for(sasl::ProofKind kind, std::string_view name,
                                unsigned iterations) const {
    const auto label = std::string{sasl::name(kind)} + " salt";
    return crypto::hmac_sha256(key_.reveal(), labelled(label, name, std::to_string(iterations)))
        .substr(0, kSaltSize);
}

std::string Verifiers::made(sasl::ProofKind kind, std::string_view account, const Secret& password,
                            unsigned iterations) const {
    return text_of(make_scram_verifier(kind, sasl::scram::normalized(password),
                                       salt_for(kind, account, iterations), iterations));
}

std::string Verifiers::make(sasl::ProofKind kind, std::string_view account,
                            const Secret& password) const {
    return kept() ? made(kind, account, password, iterations_) : std::string{};
}

// The other credentials of an account decide: a client is shown one salt and one number of rounds.
unsigned Verifiers::rounds_of(const Account& account, const Credential& except,
                              sasl::ProofKind kind) const {
    for (const auto& other : account.credentials) {
        if (other.id == except.id || other.state != CredentialState::active) continue;
        if (const auto own = parse_scram_verifier(other.verifier(kind))) return own->iterations;
    }
    return iterations_;
}

void Verifiers::renew(const Account& account, Credential& credential,
                      const Secret& password) const {
    std::erase_if(credential.verifiers,
                  [](const auto& one) { return parse_scram_verifier(one).has_value(); });
    if (!kept()) return;
    for (const auto kind : sasl::proof_kinds()) {
        if (!keeps(kind)) continue;
        credential.set_verifier(
            kind, made(kind, account.name, password, rounds_of(account, credential, kind)));
    }
}

bool Verifiers::outdated(const Account& account, const Credential& credential) const {
    if (!kept()) {
        return std::ranges::any_of(credential.verifiers, [](const auto& one) {
            return parse_scram_verifier(one).has_value();
        });
    }
    return std::ranges::any_of(sasl::proof_kinds(), [&](sasl::ProofKind kind) {
        if (!keeps(kind)) return false;
        const auto own = parse_scram_verifier(credential.verifier(kind));
        return !own || own->iterations < rounds_of(account, credential, kind);
    });
}

// As often as accounts have them, and always the same for one name.
unsigned Verifiers::iterations_for(std::string_view name, const VerifierCount& count) const {
    std::uint64_t accounts = 0;
    for (const auto& [iterations, number] : count.by_iterations) accounts += number;
    if (accounts == 0) return kept() ? iterations_ : kFewestScramIterations;
    const auto chance = crypto::hmac_sha256(key_.reveal(), labelled("rounds", name, {}));
    std::uint64_t at = 0;
    for (std::size_t i = 0; i < sizeof at; ++i)
        at = at << 8 | static_cast<unsigned char>(chance[i]);
    at %= accounts;
    for (const auto& [iterations, number] : count.by_iterations) {
        if (at < number) return iterations;
        at -= number;
    }
    std::unreachable();
}

ScramVerifier Verifiers::decoy(sasl::ProofKind kind, std::string_view name,
                               const VerifierCount& count) const {
    const auto iterations = iterations_for(name, count);
    const auto key = [&](std::string_view label) {
        return crypto::hmac(hash_of(kind), key_.reveal(), labelled(label, name, {}));
    };
    return {.kind = kind,
            .iterations = iterations,
            .salt = salt_for(kind, name, iterations),
            .stored_key = key("decoy StoredKey"),
            .server_key = key("decoy ServerKey")};
}

std::string Verifiers::decoy_text(sasl::ProofKind kind, std::string_view name) const {
    if (sasl::scram_hash(kind)) return text_of(decoy(kind, name, {}));
    const auto key = crypto::hmac_sha256(key_.reveal(), labelled("decoy key", name, {}));
    return std::string{kCramPrefix} + hex(key);
}

}  // namespace signet::identity
