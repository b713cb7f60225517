// What is right and what is wrong with a token, in sentences, without a stop at the first thing
// wrong: for whoever wonders why a client cannot sign in.  Nobody is signed in by it.
#pragma once

#include "authn/issuer.h"
#include "identity/credential_store.h"

#include <string>
#include <vector>

namespace signet::authn {

struct TokenFinding {
    std::string what;  // "form", "issuer", "type", "signature", "audience", "times", "active" …
    bool right = false;
    std::string sentence;
};
struct TokenExamination {
    std::string issuer;   // its name in the settings; empty: none
    std::string account;  // that it is for, as it says; empty: it does not
    std::vector<TokenFinding> findings;

    bool good() const;  // it would sign in
};

// As TokenCheck::check_token would judge it, keys and introspection included.
Task<TokenExamination> examine_token(const Issuers& issuers, identity::CredentialStore& store,
                                     const Clock& clock, const Secret& token, Deadline deadline);

}  // namespace signet::authn
