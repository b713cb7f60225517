// The part of CredentialsDatabase that has to do with proofs.
#include "store/credentials_database.h"

#include <algorithm>
#include <utility>

namespace signet::store {

using identity::CheckAnswer;
using identity::Refusal;
using identity::Refused;

// What the site makes verifiers for, and CRAM-MD5, for which accounts have what was made on
// request.
Task<Result<identity::ProofCovers, StoreFault>> CredentialsDatabase::proof_covers() {
    identity::ProofCovers covers;
    if (options_.verifiers == nullptr) co_return covers;
    const auto census = co_await accounts_.census();
    if (!census) co_return fail(census.error());
    for (const auto& [kind, count] : *census) {
        const bool made = options_.verifiers->keeps(kind);
        const bool kept = !sasl::scram_hash(kind) && !count.by_iterations.empty();
        if (made || kept) covers.push_back({kind, count.without});
    }
    co_return covers;
}

// The same steps for every login: one look-up, one count, one decoy.
Task<Result<CredentialsDatabase::Shown, StoreFault>> CredentialsDatabase::shown_for(
    const std::string& authcid, sasl::ProofKind kind) {
    if (options_.verifiers == nullptr || !sasl::scram_hash(kind)) {
        co_return fail(StoreFault::unavailable);
    }
    auto found = co_await look_up(authcid);
    if (!found) co_return fail(found.error());
    const auto census = co_await accounts_.census();
    if (!census) co_return fail(census.error());
    const auto counted = census->find(kind);
    const auto name = identity::fold_account_name(authcid).value_or(authcid);
    auto salt = options_.verifiers->decoy(
        kind, name, counted == census->end() ? identity::VerifierCount{} : counted->second);
    bool genuine = false;
    for (const auto& one : *found ? (*found)->credentials : std::vector<Credential>{}) {
        if (genuine || one.state != identity::CredentialState::active) continue;
        auto own = identity::parse_scram_verifier(one.verifier(kind));
        if (!own) continue;
        salt = std::move(*own);
        genuine = true;
    }
    co_return Shown{std::move(*found), std::move(salt), genuine};
}

Task<Result<identity::Salt, StoreFault>> CredentialsDatabase::salt(std::string authcid,
                                                                   sasl::ProofKind kind, Deadline) {
    auto shown = co_await shown_for(authcid, kind);
    if (!shown) co_return fail(shown.error());
    co_return identity::Salt{std::move(shown->salt.salt), shown->salt.iterations,
                             shown->account ? shown->account->name : std::string{}};
}

namespace {

struct Proven {
    std::string credential, signature;
};

// All are tried, those that are over too: the audit is to know what was right.
std::optional<Proven> find_proven(const identity::Account& account, const identity::Proof& proof) {
    std::optional<Proven> found;
    for (const auto& one : account.credentials) {
        const auto verifier = one.verifier(proof.kind);
        if (verifier.empty()) continue;
        auto signature =
            identity::check_proof(verifier, proof.kind, proof.auth_message, proof.proof);
        if (signature && !found) found = Proven{one.id, std::move(*signature)};
    }
    return found;
}

bool has_verifier(const identity::Account& account, sasl::ProofKind kind) {
    return std::ranges::any_of(account.credentials,
                               [&](const auto& one) { return !one.verifier(kind).empty(); });
}

}  // namespace

// An account that has no verifier, and one that does not exist, cost a check too.
Task<Result<identity::ProofAnswer, StoreFault>> CredentialsDatabase::check_proof(
    identity::Proof proof, Deadline) {
    if (options_.verifiers == nullptr) co_return fail(StoreFault::unavailable);
    auto found = co_await look_up(proof.claim.authcid);
    if (!found) co_return fail(found.error());
    if (!*found || !has_verifier(**found, proof.kind)) {
        const auto decoy = options_.verifiers->decoy_text(proof.kind, proof.claim.authcid);
        identity::check_proof(decoy, proof.kind, proof.auth_message, proof.proof);
        if (!*found) co_return identity::ProofAnswer{Refused{Refusal::unknown_account, {}}};
        co_return identity::ProofAnswer{Refused{Refusal::no_usable_password, (*found)->name}};
    }
    auto& account = **found;
    auto proven = find_proven(account, proof);
    if (!proven) co_return identity::ProofAnswer{Refused{Refusal::bad_password, account.name}};
    const auto& credential = *account.credential(proven->credential);
    if (auto why = barred(account, credential, proof.claim)) {
        co_return identity::ProofAnswer{std::move(*why)};
    }
    auto answer = co_await conclude(std::move(account), std::move(proven->credential),
                                    std::move(proof.claim));
    co_return identity::ProofAnswer{std::move(answer), std::move(proven->signature)};
}

}  // namespace signet::store
