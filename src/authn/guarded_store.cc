#include "authn/guarded_store.h"

#include <utility>

namespace signet::authn {
namespace {

using identity::CheckAnswer;
using identity::Refusal;
using identity::Refused;

// The others are the answer to a right password.
bool is_a_guess(Refusal why) {
    return why == Refusal::unknown_account || why == Refusal::bad_password ||
           why == Refusal::no_usable_password;
}

Refused throttled(const limits::Bar& bar) { return {Refusal::throttled, bar.account.value_or("")}; }

}  // namespace

Task<Result<CheckAnswer, StoreFault>> GuardedStore::check(identity::Claim claim, Secret password,
                                                          Deadline deadline) {
    const auto place = co_await wait_turn(claim);
    if (const auto bar = co_await guard_.bar_to(claim)) co_return throttled(*bar);
    auto print = guard_.print_of(password);
    auto answer = co_await store_.check(claim, std::move(password), deadline);
    if (answer) co_await weigh(claim, *answer, std::move(print));
    co_return answer;
}

Task<Result<identity::ProofAnswer, StoreFault>> GuardedStore::check_proof(identity::Proof proof,
                                                                          Deadline deadline) {
    const auto claim = proof.claim;
    const auto place = co_await wait_turn(claim);
    if (const auto bar = co_await guard_.bar_to(claim)) {
        co_return identity::ProofAnswer{throttled(*bar)};
    }
    auto answer = co_await store_.check_proof(std::move(proof), deadline);
    // A proof is another one each time, whatever password it was made with.
    if (answer) co_await weigh(claim, answer->answer, {});
    co_return answer;
}

Task<Turnstile::Place> GuardedStore::wait_turn(const identity::Claim& claim) {
    return turnstile_.enter(client_network(claim.client), guard_.sheltered(claim) ? width_ : 1);
}

Task<void> GuardedStore::weigh(const identity::Claim& claim, CheckAnswer& answer,
                               std::string print) {
    if (const auto* login = std::get_if<identity::Login>(&answer)) {
        co_await guard_.succeeded(claim, login->account);
        co_return;
    }
    auto& refused = std::get<Refused>(answer);
    if (!is_a_guess(refused.why)) co_return;
    refused.hold_back = co_await guard_.failed(claim, std::move(print), refused.account);
}

Task<Result<identity::ProofCovers, StoreFault>> GuardedStore::proof_covers() {
    return store_.proof_covers();
}

Task<Result<identity::Salt, StoreFault>> GuardedStore::salt(std::string authcid,
                                                            sasl::ProofKind kind,
                                                            Deadline deadline) {
    return store_.salt(std::move(authcid), kind, deadline);
}

Task<Result<identity::CheckAnswer, StoreFault>> GuardedStore::vouched(identity::Claim claim,
                                                                      std::string account,
                                                                      Deadline deadline) {
    return store_.vouched(std::move(claim), std::move(account), deadline);
}

Task<Result<std::string, StoreFault>> GuardedStore::account_of(std::string authcid) {
    return store_.account_of(std::move(authcid));
}

Task<Result<bool, StoreFault>> GuardedStore::still_stands(identity::Login login) {
    return store_.still_stands(std::move(login));
}

}  // namespace signet::authn
