#include "identity/credential_store.h"

#include <utility>

namespace signet::identity {

std::string_view name(Refusal refusal) {
    switch (refusal) {
    case Refusal::unknown_account: return "unknown_account";
    case Refusal::bad_password: return "bad_password";
    case Refusal::no_usable_password: return "no_usable_password";
    case Refusal::account_disabled: return "account_disabled";
    case Refusal::may_not_submit: return "may_not_submit";
    case Refusal::credential_revoked: return "credential_revoked";
    case Refusal::credential_expired: return "credential_expired";
    case Refusal::network_not_allowed: return "network_not_allowed";
    case Refusal::mechanism_not_allowed: return "mechanism_not_allowed";
    case Refusal::tls_too_old: return "tls_too_old";
    case Refusal::app_password_required: return "app_password_required";
    case Refusal::authzid_not_permitted: return "authzid_not_permitted";
    case Refusal::password_too_old: return "password_too_old";
    case Refusal::throttled: return "throttled";
    }
    std::unreachable();
}

Task<Result<ProofCovers, StoreFault>> CredentialStore::proof_covers() { co_return ProofCovers{}; }

Task<Result<Salt, StoreFault>> CredentialStore::salt(std::string, sasl::ProofKind, Deadline) {
    co_return fail(StoreFault::unavailable);
}

Task<Result<ProofAnswer, StoreFault>> CredentialStore::check_proof(Proof, Deadline) {
    co_return fail(StoreFault::unavailable);
}

Task<Result<CheckAnswer, StoreFault>> CredentialStore::vouched(Claim, std::string, Deadline) {
    co_return fail(StoreFault::unavailable);
}

Task<Result<CheckAnswer, StoreFault>> CredentialStore::holder(Claim, CredentialKind, std::string,
                                                              Deadline) {
    co_return Refused{Refusal::unknown_account, {}};
}

Task<Result<std::string, StoreFault>> CredentialStore::account_of(std::string) {
    co_return std::string{};
}

Task<Result<bool, StoreFault>> CredentialStore::still_stands(Login) { co_return true; }

}  // namespace signet::identity
