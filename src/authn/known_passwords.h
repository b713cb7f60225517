// For tests: accounts whose passwords are just known, and a count of how often one was checked.
#pragma once

#include "identity/account.h"
#include "identity/credential_store.h"

#include <map>
#include <optional>
#include <set>
#include <string>

namespace signet::authn {

class KnownPasswords final : public identity::CredentialStore {
public:
    Task<Result<identity::CheckAnswer, StoreFault>> check(identity::Claim claim, Secret password,
                                                          Deadline) override {
        ++checks;
        if (fault) co_return fail(*fault);
        const auto found = passwords.find(identity::fold_account_name(claim.authcid).value_or(""));
        if (found == passwords.end()) {
            co_return identity::Refused{identity::Refusal::unknown_account, {}};
        }
        if (password.reveal() != found->second) {
            co_return identity::Refused{identity::Refusal::bad_password, found->first};
        }
        if (barred) co_return identity::Refused{*barred, found->first};
        identity::Login login;
        login.account = found->first;
        login.authcid = claim.authcid;
        login.method = claim.method;
        co_return login;
    }
    // The proof is the password: what a proof is worth is not this one's business.
    Task<Result<identity::ProofAnswer, StoreFault>> check_proof(identity::Proof proof,
                                                                Deadline deadline) override {
        auto answer =
            co_await check(std::move(proof.claim), Secret{std::move(proof.proof)}, deadline);
        if (!answer) co_return fail(answer.error());
        co_return identity::ProofAnswer{std::move(*answer)};
    }

    Task<Result<identity::CheckAnswer, StoreFault>> vouched(identity::Claim claim,
                                                            std::string account,
                                                            Deadline) override {
        if (fault) co_return fail(*fault);
        if (!people.contains(account)) {
            co_return identity::Refused{identity::Refusal::unknown_account, {}};
        }
        identity::Login login;
        login.account = std::move(account);
        login.authcid = std::move(claim.authcid);
        login.method = std::move(claim.method);
        co_return login;
    }

    std::map<std::string, std::string> passwords;
    std::set<std::string> people;  // whom others may vouch for
    std::optional<StoreFault> fault;
    std::optional<identity::Refusal> barred;
    unsigned checks = 0;
};

}  // namespace signet::authn
