#include "oauth/token_fault.h"

#include "base/text.h"

#include <utility>

namespace signet::oauth {

std::string_view name(TokenFaultKind kind) {
    using enum TokenFaultKind;
    switch (kind) {
    case malformed: return "token_malformed";
    case encrypted: return "token_encrypted";
    case algorithm: return "token_algorithm";
    case critical: return "token_critical";
    case type: return "token_type";
    case unknown_key: return "token_unknown_key";
    case signature: return "token_signature";
    case unknown_issuer: return "token_unknown_issuer";
    case issuer: return "token_issuer";
    case audience: return "token_audience";
    case expired: return "token_expired";
    case not_yet_valid: return "token_not_yet_valid";
    case scope: return "token_scope";
    case client: return "token_client";
    case bound: return "token_bound";
    case account: return "token_account";
    case inactive: return "token_revoked";
    case user: return "token_user_mismatch";
    case opaque: return "token_opaque";
    }
    std::unreachable();
}

std::string shown(std::string_view text) {
    constexpr std::size_t kShown = 120;  // octets
    auto clean = sanitised(text, kShown);
    if (text.size() > kShown) clean += "…";
    return "\"" + clean + "\"";
}

}  // namespace signet::oauth
