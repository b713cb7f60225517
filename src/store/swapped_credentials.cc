#include "store/swapped_credentials.h"

#include <utility>

namespace signet::store {
namespace {

// More changes than anybody sees of one store, so that no number comes twice.
constexpr std::uint64_t kApart = std::uint64_t{1} << 40;

}  // namespace

void SwappedCredentials::put(std::shared_ptr<identity::CredentialStore> next) {
    const auto last = here_.get();
    here_.set(std::make_shared<const Here>(std::move(next), last ? last->before + kApart : 0));
}

Task<Result<identity::CheckAnswer, StoreFault>> SwappedCredentials::check(identity::Claim claim,
                                                                          Secret password,
                                                                          Deadline deadline) {
    const auto here = here_.get();
    co_return co_await here->store->check(std::move(claim), std::move(password), deadline);
}

Task<Result<identity::ProofCovers, StoreFault>> SwappedCredentials::proof_covers() {
    const auto here = here_.get();
    co_return co_await here->store->proof_covers();
}

Task<Result<identity::Salt, StoreFault>> SwappedCredentials::salt(std::string authcid,
                                                                  sasl::ProofKind kind,
                                                                  Deadline deadline) {
    const auto here = here_.get();
    co_return co_await here->store->salt(std::move(authcid), kind, deadline);
}

Task<Result<identity::ProofAnswer, StoreFault>> SwappedCredentials::check_proof(
    identity::Proof proof, Deadline deadline) {
    const auto here = here_.get();
    co_return co_await here->store->check_proof(std::move(proof), deadline);
}

Task<Result<identity::CheckAnswer, StoreFault>> SwappedCredentials::vouched(identity::Claim claim,
                                                                            std::string account,
                                                                            Deadline deadline) {
    const auto here = here_.get();
    co_return co_await here->store->vouched(std::move(claim), std::move(account), deadline);
}

Task<Result<identity::CheckAnswer, StoreFault>> SwappedCredentials::holder(
    identity::Claim claim, identity::CredentialKind kind, std::string secret, Deadline deadline) {
    const auto here = here_.get();
    co_return co_await here->store->holder(std::move(claim), kind, std::move(secret), deadline);
}

Task<Result<std::string, StoreFault>> SwappedCredentials::account_of(std::string authcid) {
    const auto here = here_.get();
    co_return co_await here->store->account_of(std::move(authcid));
}

std::uint64_t SwappedCredentials::generation() const {
    const auto here = here_.get();
    return here->before + here->store->generation();
}

Task<Result<bool, StoreFault>> SwappedCredentials::still_stands(identity::Login login) {
    const auto here = here_.get();
    co_return co_await here->store->still_stands(std::move(login));
}

}  // namespace signet::store
