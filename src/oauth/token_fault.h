// Why a token is not taken.
#pragma once

#include <string>
#include <string_view>

namespace signet::oauth {

enum class TokenFaultKind {
    malformed,       // no JWS in its compact form, or no claims in it
    encrypted,       // a JWE: only the one whom it is for can read it
    algorithm,       // "none", symmetric, unknown, or not one that this issuer may use
    critical,        // its header asks for something that is not understood here
    type,            // another kind of token: `typ`
    unknown_key,     // no key of the issuer has that name and fits
    signature,       // the key did not sign this
    unknown_issuer,  // nobody whom the settings name
    issuer,          // a key of one issuer, the name of another
    audience,        // made for another service
    expired,         //
    not_yet_valid,   // `nbf` or `iat` lie ahead
    scope,           // a scope is missing
    client,          // made for a program that may not
    bound,     // only who holds a key may use it (RFC 9449, RFC 8705), and SMTP cannot show that
    account,   // it names no account in the way the settings ask for
    inactive,  // its issuer says that it is not, or no longer, valid
    user,      // for another account than the client says it is
    opaque,    // no JWT, and no issuer that could be asked
};

// The word of the audit event: "token_expired".
std::string_view name(TokenFaultKind kind);

// detail: one sentence for people who run the server; it may repeat what the token says, made
// harmless, but never the token.
struct TokenFault {
    TokenFaultKind kind{};
    std::string detail;
};

// What a token says, fit to be shown: cut, and without control characters.
std::string shown(std::string_view text);

}  // namespace signet::oauth
