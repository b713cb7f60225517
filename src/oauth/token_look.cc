#include "oauth/token_look.h"

#include "base/base64.h"
#include "base/text.h"
#include "oauth/claims.h"
#include "oauth/json.h"
#include "oauth/jws.h"

namespace signet::oauth {
namespace {

constexpr std::size_t kWordOctets = 200, kMostWords = 50;

std::string word_of(const Json& claims, std::initializer_list<std::string_view> names) {
    for (const auto name : names) {
        if (const auto text = text_of(claims, name); !text.empty()) {
            return sanitised(text, kWordOctets);
        }
    }
    return {};
}

std::vector<std::string> cleaned(const std::vector<std::string>& words) {
    std::vector<std::string> clean;
    for (const auto& word : words) {
        if (clean.size() < kMostWords) clean.push_back(sanitised(word, kWordOctets));
    }
    return clean;
}

std::vector<std::string> words_of(const Json& claims, std::string_view name) {
    const auto* value = claims.find(name);
    return cleaned(value ? texts_of(*value).value_or(std::vector<std::string>{})
                         : std::vector<std::string>{});
}

}  // namespace

std::optional<TokenLook> look_at_token(std::string_view token) {
    if (token.size() > kTokenOctets || !looks_like_jwt(token)) return {};
    const auto parts = split(token, '.');
    const auto payload = parts.size() == 3 ? unbase64url(parts[1]) : std::nullopt;
    if (!payload) return {};
    const auto claims = read_json(*payload);
    if (!claims || !claims->object()) return {};
    TokenLook look{.issuer = word_of(*claims, {"iss"}),
                   .tenant = word_of(*claims, {"tid"}),
                   .client = word_of(*claims, {"appid", "azp", "client_id"}),
                   .object = word_of(*claims, {"oid"}),
                   .user = word_of(*claims, {"upn", "preferred_username", "unique_name"}),
                   .audience = words_of(*claims, "aud"),
                   .roles = words_of(*claims, "roles"),
                   .scopes = cleaned(scopes_of(*claims))};
    if (const auto* exp = claims->find("exp")) look.expires = date_of(*exp);
    return look;
}

}  // namespace signet::oauth
