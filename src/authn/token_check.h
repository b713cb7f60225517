// identity::TokenAuthority over the issuers of the settings: whose a token is, and why not.
//
// A token is judged in this order, and the first thing wrong decides:
//   1. it names an issuer that is known, and is an access token by its type;
//   2. the issuer's key signed it, with an algorithm that the issuer may use; keys that nobody
//   knows
//      yet are fetched, at most once in IssuerKeys::kPause, and not for a token that would be
//      refused for what it says;
//   3. its claims: issuer, audience, times, binding, client, scope, account;
//   4. where the issuer wants to be asked: that it is still active;
//   5. an account that has its subject as a credential is it, and opens (CredentialStore::holder);
//      else
//   6. it is for the account that the client says it is, unless that may be another one's;
//   7. the account opens (CredentialStore::vouched).
//
// When the issuer does not answer and its keys are too old, or were never there, the answer is
// `unavailable`: a client that hears 535 throws its token away.
#pragma once

#include "authn/issuer.h"
#include "base/clock.h"
#include "base/entropy.h"
#include "crypto/seal.h"
#include "identity/token_authority.h"
#include "net/slot.h"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace signet::authn {

// Safe for concurrent use if the store is.  All that is passed by reference outlives it.
class TokenCheck final : public identity::TokenAuthority {
public:
    // How each check ended, for counters: the issuer's name (empty: unknown) and "ok", a reason of
    // the audit log, or "unavailable".
    using Report = std::function<void(std::string_view issuer, std::string_view result)>;

    TokenCheck(identity::CredentialStore& store, const Clock& clock, Entropy& entropy,
               Report report = {});

    void put_in_force(std::shared_ptr<const Issuers> issuers) { issuers_.set(std::move(issuers)); }
    std::shared_ptr<const Issuers> issuers() const { return issuers_.get(); }

    bool able() const override;
    Task<Result<identity::TokenAnswer, StoreFault>> check_token(identity::TokenShown shown,
                                                                Deadline deadline) override;
    Task<identity::TokenStanding> still_good(const identity::Login& login) override;
    // In the background, as long as the loop runs.
    Task<void> keep_fresh();

private:
    struct Verdict {
        IssuerPtr issuer;  // null: none was found
        Result<oauth::TokenIdentity, Trouble> judged;
    };
    Task<Verdict> judge(const Issuers& issuers, const Secret& token);
    Task<Verdict> judge_signed(const Issuers& issuers, const Secret& token, oauth::Jws jws);
    // why: what to say where nobody can be asked.
    Task<Verdict> judge_opaque(const Issuers& issuers, const Secret& token, oauth::TokenFault why);
    using Checked = Result<identity::CheckAnswer, StoreFault>;
    // Refused{unknown_account}: no account has the subject as a credential.
    Task<Checked> bound_account(const Issuer& issuer, const oauth::TokenIdentity& proven,
                                identity::Claim claim, Deadline deadline);
    Result<identity::TokenAnswer, StoreFault> conclude(const Issuer& issuer, Checked answer,
                                                       const Secret& token);
    identity::TokenRefused refuse(const oauth::TokenFault& fault, const IssuerPtr& issuer,
                                  const Issuers& issuers);

    identity::CredentialStore& store_;
    const Clock& clock_;
    const Report report_;
    // Of tokens that sessions hold for us: with a key that nobody else has and that ends with us.
    const crypto::Seal seal_;
    net::Slot<Issuers> issuers_;
};

}  // namespace signet::authn
