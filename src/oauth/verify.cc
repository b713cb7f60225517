#include "oauth/verify.h"

#include <algorithm>

namespace signet::oauth {

Result<void, TokenFault> check_signature(const Jws& token, const KeySet& keys,
                                         const IssuerRules& rules) {
    const std::string algorithm{name(token.algorithm)};
    if (std::ranges::find(rules.algorithms, token.algorithm) == rules.algorithms.end()) {
        return fail(TokenFault{
            TokenFaultKind::algorithm,
            "It is signed with " + algorithm + ", which this issuer may not use (algorithms)."});
    }
    const auto* key = choose_key(keys, token.key_id, token.algorithm);
    if (!key) {
        const auto which = token.key_id.empty() ? std::string{"without naming its key"}
                                                : "with the key " + shown(token.key_id);
        return fail(TokenFault{TokenFaultKind::unknown_key,
                               "It is signed " + which + ", and its issuer has not exactly one " +
                                   "such key for " + algorithm + "."});
    }
    if (!key->key.verify(token.algorithm, token.signed_text, token.signature)) {
        return fail(TokenFault{TokenFaultKind::signature,
                               "Its signature is wrong: its issuer did not make it, or it was "
                               "changed since."});
    }
    return {};
}

}  // namespace signet::oauth
