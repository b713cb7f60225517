#include "oauth/introspection.h"

#include "oauth/form.h"

#include <utility>

namespace signet::oauth {

Secret introspection_form(const Secret& token) {
    const std::pair<std::string_view, std::string_view> fields[] = {
        {"token", token.reveal()}, {"token_type_hint", "access_token"}};
    return form(fields);
}

Result<Json, std::string> read_introspection(std::string_view json) {
    auto answer = read_json(json, {.octets = kIntrospectionOctets});
    if (!answer || !answer->object()) return fail(std::string{"Its answer is no JSON object."});
    const auto* active = answer->find("active");
    if (!active || !active->boolean()) {
        return fail(std::string{"Its answer does not say whether the token is active."});
    }
    return std::move(*answer);
}

Result<TokenIdentity, TokenFault> judge_introspected(const Json& answer, const IssuerRules& rules,
                                                     WallTime now) {
    const auto* active = answer.find("active");
    if (!active || active->boolean() != true) {
        return fail(TokenFault{TokenFaultKind::inactive,
                               "Its issuer says that it is not active: it was taken back, has "
                               "ended, or never was."});
    }
    return judge(answer, rules, now, Source::introspection);
}

}  // namespace signet::oauth
