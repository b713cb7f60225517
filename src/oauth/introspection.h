// Asking an issuer about a token (RFC 7662).
#pragma once

#include "base/clock.h"
#include "base/result.h"
#include "base/secret.h"
#include "oauth/claims.h"

#include <cstddef>
#include <string>
#include <string_view>

namespace signet::oauth {

inline constexpr std::size_t kIntrospectionOctets = 64u << 10;

// RFC 7662 §2.1: the body of the request; its type is kFormType.
Secret introspection_form(const Secret& token);

// The answer is read.  A fault is the issuer's, not the token's: the question has no answer yet.
Result<Json, std::string> read_introspection(std::string_view json);

// What the answer says of the token; inactive: it is none, has ended, or was taken back, and the
// issuer does not say which (RFC 7662 §2.2).
Result<TokenIdentity, TokenFault> judge_introspected(const Json& answer, const IssuerRules& rules,
                                                     WallTime now);

}  // namespace signet::oauth
