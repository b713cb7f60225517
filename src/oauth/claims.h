// What a token says, held against what its issuer was trusted with.
//
// Pure: no clock, no keys.  Whoever calls has found the signature right, or has the claims from the
// issuer itself (introspection).  RFC 7519 §4.1, RFC 9068 §4, RFC 8725.
#pragma once

#include "base/clock.h"
#include "base/result.h"
#include "crypto/public_key.h"
#include "oauth/json.h"
#include "oauth/token_fault.h"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace signet::oauth {

// Which account a token signs in as: the claim, then without "@strip_domain", then with
// "@append_domain".  A name in another domain than strip_domain is refused, or somebody of
// partner.example would become his namesake here.
struct AccountRule {
    std::string claim = "sub";
    std::string strip_domain = {}, append_domain = {};  // empty: as it is
};

struct IssuerRules {
    std::string url;  // `iss` is exactly this
    // `aud` has one of these.  REQUIRES: not empty, or tokens for any service would be taken.
    std::vector<std::string> audience;
    std::vector<crypto::SignatureAlgorithm> algorithms;
    std::vector<std::string> required_scope = {};  // all of them
    std::vector<std::string> clients = {};         // one of them; empty: any
    AccountRule account = {};
    std::chrono::seconds clock_skew{60};
    // Also takes tokens whose header does not say that they are access tokens (RFC 9068 §2.1), as
    // Entra ID and Google make them.  An ID token then differs by its audience alone.
    bool plain_jwt = false;
};

struct TokenIdentity {
    std::string account;  // UTF-8 without control characters, 1 … 255 octets; not prepared
    std::string issuer, subject, client, token_id;  // as far as the token says
    std::vector<std::string> scopes;
    std::optional<WallTime> expires;  // only an opaque token may have none
};

// `typ` of the header.  RFC 9068 §4; a media type is compared without case (RFC 7515 §4.1.9).
Result<void, TokenFault> judge_type(std::string_view type, const IssuerRules& rules);

// How the claims came.
enum class Source {
    token,          // signed: `iss` and `exp` are there
    introspection,  // RFC 7662 §2.2: the issuer that was asked may leave out both
};
// REQUIRES: claims is an object.
Result<TokenIdentity, TokenFault> judge(const Json& claims, const IssuerRules& rules, WallTime now,
                                        Source source = Source::token);

// Each thing that is judged, in words, whether it is right or not: for whoever wonders why a token
// is refused.  `judge` says no if and only if one of them is wrong, and gives the first.
struct Finding {
    std::string_view
        what;  // "issuer", "audience", "times", "binding", "client", "scope", "account"
    bool right = false;
    std::string sentence;
};
std::vector<Finding> examine(const Json& claims, const IssuerRules& rules, WallTime now,
                             Source source = Source::token);

// Scopes as they are written: `scope` (RFC 8693 §4.2, or an array) and `scp`.
std::vector<std::string> scopes_of(const Json& claims);

// NumericDate (RFC 7519 §2): seconds, here without a fraction, before the year 10000.
std::optional<WallTime> date_of(const Json& value);

}  // namespace signet::oauth
