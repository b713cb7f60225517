// Where a token is checked (keeper only): whose it is, and what it is good for.
#pragma once

#include "base/deadline.h"
#include "base/result.h"
#include "base/secret.h"
#include "base/store_fault.h"
#include "base/task.h"
#include "identity/credential_store.h"
#include "sasl/mechanism.h"

#include <chrono>
#include <string>
#include <variant>

namespace signet::identity {

// What a client presents with OAUTHBEARER (RFC 7628) or XOAUTH2.
// Shape of token: 0 … 12'288 octets of b64token (RFC 6750 §2.1); none: the client asks what is
// taken, and is refused with the hint.
struct TokenShown {
    // authcid: who it says it is; empty where it leaves that to the token.
    Claim claim;
    Secret token;
    // A token of another account than authcid is good, too: whether that one may act as authcid,
    // the caller asks its rules.
    bool for_another = false;
};

// Why: for the audit event only, one of the words of docs/reference/audit.md ("token_expired").
// detail: for people, without anything of the token that would let somebody use it.
struct TokenRefused {
    std::string why, account, detail;
    sasl::TokenHint hint;
};
using TokenAnswer = std::variant<Login, Refused, TokenRefused>;

// What has become of a token that opened a session.
struct TokenStanding {
    enum class State {
        good,
        gone,     // taken back, over, or of an issuer that is trusted no more
        unknown,  // its issuer cannot be asked
    };
    State state = State::good;
    std::chrono::seconds ask_again{60};  // not sooner
    std::chrono::seconds outage{0};      // how long `unknown` is let go on
};

class TokenAuthority {
public:
    virtual ~TokenAuthority() = default;
    // Whether there is an issuer whose tokens are taken; asked at every EHLO.
    virtual bool able() const = 0;
    // A token is good, and its account opens (CredentialStore::vouched): a Login.  A token that is
    // good for an account that does not open: Refused.
    // unavailable: its issuer cannot be asked, or the accounts cannot (454, never 535).
    virtual Task<Result<TokenAnswer, StoreFault>> check_token(TokenShown shown,
                                                              Deadline deadline) = 0;
    // REQUIRES: Login::token is not empty.
    virtual Task<TokenStanding> still_good(const Login& login) = 0;
};

}  // namespace signet::identity
