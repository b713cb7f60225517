// A signed token against the keys of its issuer.
#pragma once

#include "oauth/claims.h"
#include "oauth/jwk.h"
#include "oauth/jws.h"

namespace signet::oauth {

// The algorithm is one of the issuer's, there is one key for it, and that key signed.
// Faults: algorithm; unknown_key (newer keys may have it); signature.
Result<void, TokenFault> check_signature(const Jws& token, const KeySet& keys,
                                         const IssuerRules& rules);

}  // namespace signet::oauth
