// What administrators ask about issuers and tokens, answered by the check of tokens.
#pragma once

#include "admin/endpoint.h"
#include "authn/token_check.h"
#include "identity/credential_store.h"

namespace signet::app {

// All of it outlives the desk.
class TokenDesk final : public admin::TokenIssuers {
public:
    TokenDesk(authn::TokenCheck& check, identity::CredentialStore& store, const Clock& clock)
        : check_(check), store_(store), clock_(clock) {}

    std::vector<admin::IssuerState> list() const override;
    Task<admin::TokenReport> examine(Secret token) override;

private:
    authn::TokenCheck& check_;
    identity::CredentialStore& store_;
    const Clock& clock_;
};

}  // namespace signet::app
