#include "oauth/token_endpoint.h"

#include "base/text.h"
#include "oauth/client_assertion.h"
#include "oauth/form.h"
#include "oauth/json.h"
#include "oauth/metadata.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

namespace signet::oauth {
namespace {

using std::chrono::seconds;
using Kind = TokenTrouble::Kind;
using Field = std::pair<std::string_view, std::string_view>;

constexpr std::string_view kDeviceGrant = "urn:ietf:params:oauth:grant-type:device_code";
constexpr seconds kLongest{86'400}, kUnsaid{300};
constexpr std::size_t kTokenOctets = 8'000, kSecretOctets = 16'000, kWordOctets = 64;
constexpr std::size_t kDescriptionOctets = 300;

Secret form_of(const TokenClient& client, std::vector<Field> fields, std::string_view scope = {}) {
    fields.emplace_back("client_id", client.id);
    if (!client.assertion.empty()) {
        fields.emplace_back("client_assertion_type", kAssertionType);
        fields.emplace_back("client_assertion", client.assertion.reveal());
    } else if (!client.secret.empty()) {
        fields.emplace_back("client_secret", client.secret.reveal());
    }
    if (!scope.empty()) fields.emplace_back("scope", scope);
    return form(fields);
}

TokenTrouble malformed(std::string text) {
    return {.kind = Kind::malformed, .text = std::move(text)};
}

bool is_b64token(std::string_view text) {
    const auto stem = text.substr(0, text.find_last_not_of('=') + 1);
    return !stem.empty() && text.size() <= kTokenOctets && std::ranges::all_of(stem, [](char c) {
        return is_alnum(c) || std::string_view{"-._~+/"}.contains(c);
    });
}

// RFC 6749 §5.1 wants a number; some write it as text.
std::optional<seconds> seconds_of(const Json& object, std::string_view name) {
    const auto* value = object.find(name);
    if (!value) return {};
    std::optional<std::int64_t> number = value->integer();
    if (const auto* text = value->text(); text && text->size() <= 9) {
        if (const auto read = parse_unsigned(*text)) number = static_cast<std::int64_t>(*read);
    }
    if (!number || *number < 1) return seconds{0};
    return std::min(seconds{*number}, kLongest);
}

// RFC 6749 §5.2: the word of the error, visible ASCII.
bool is_error_word(std::string_view word) {
    return !word.empty() && word.size() <= kWordOctets && std::ranges::all_of(word, [](char c) {
        return c > 0x20 && c < 0x7F && c != '"' && c != '\\';
    });
}

// What the provider says instead of what was asked for.
TokenTrouble trouble_of(int status, const Json* answer) {
    const auto code = "HTTP " + std::to_string(status);
    const bool may_refuse = status == 400 || status == 401 || status == 403;
    const auto error = answer ? text_of(*answer, "error") : std::string{};
    if (!may_refuse || !is_error_word(error)) {
        return {.kind = Kind::unavailable,
                .text = "the provider answered " + code +
                        (error.empty() ? "" : " (" + sanitised(error, kWordOctets) + ")")};
    }
    const auto description = sanitised(text_of(*answer, "error_description"), kDescriptionOctets);
    const auto what = remedy(error, description);
    auto text = "the provider refused with " + error;
    if (!description.empty()) text += ": " + std::string{trim(description, " .\r\n")};
    if (!what.empty()) text += "; " + std::string{what};
    const bool later = error == "temporarily_unavailable" || error == "server_error";
    return {
        .kind = later ? Kind::unavailable : Kind::refused, .error = error, .text = std::move(text)};
}

// The object of an answer of status 200, or the trouble that it is.
Result<Json, TokenTrouble> object_of(int status, std::string_view body) {
    auto answer = read_json(body, {.octets = kTokenAnswerOctets});
    const bool object = answer && answer->object();
    if (status != 200) return fail(trouble_of(status, object ? &*answer : nullptr));
    if (!object) return fail(malformed("the provider's answer is no JSON object"));
    return std::move(*answer);
}

struct Remedy {
    std::string_view sign;  // in the description, or the error itself
    std::string_view words;
};

// https://learn.microsoft.com/entra/identity-platform/reference-error-codes
constexpr Remedy kMicrosoft[] = {
    {"AADSTS7000222",
     "the client secret has ended: make a new one (Certificates & secrets) and put "
     "it into the secret's file"},
    {"AADSTS7000215",
     "the client secret is not the one of this application: take its Value, which is "
     "shown once, and not its Secret ID"},
    {"AADSTS7000218",
     "the application is no public client: allow public client flows "
     "(Authentication), or write a client_secret"},
    {"AADSTS700016",
     "no application of this client_id is in that tenant: compare both with the "
     "application's overview page"},
    {"AADSTS90002",
     "there is no such tenant: the tenant id is the part of token_url behind the host"},
    {"AADSTS1002012",
     "for client_credentials the scope ends in /.default: "
     "https://outlook.office365.com/.default"},
    {"AADSTS70011", "the scope is not one that the provider knows"},
    {"AADSTS65001", "nobody has consented yet: an administrator grants consent (API permissions)"},
    {"AADSTS53003", "a Conditional Access policy blocks it"},
    {"AADSTS50076", "the account has to sign in with a second factor: signet route login"},
    {"AADSTS50173",
     "the account's password was changed, which ends its logins: signet route login"},
    {"AADSTS700082", "the login was not used for too long and has ended: signet route login"},
};

// RFC 6749 §5.2
constexpr Remedy kAnybodys[] = {
    {"invalid_client", "client_id or client_secret is wrong, or the secret has ended"},
    {"invalid_grant", "the login has ended or was taken back: signet route login"},
    {"unauthorized_client", "the provider does not let this client use this kind of grant"},
    {"unsupported_grant_type", "the provider does not offer this kind of grant"},
    {"invalid_scope", "the scope is not one that this client may have"},
};

}  // namespace

std::string_view remedy(std::string_view error, std::string_view description) {
    for (const auto& one : kMicrosoft) {
        // With what follows, or AADSTS70011 would be found in AADSTS700112.
        const auto at = description.find(one.sign);
        if (at == std::string_view::npos) continue;
        const auto behind = description.substr(at + one.sign.size());
        if (behind.empty() || !is_digit(behind.front())) return one.words;
    }
    const auto found = std::ranges::find(kAnybodys, error, &Remedy::sign);
    return found == std::end(kAnybodys) ? std::string_view{} : found->words;
}

Secret client_credentials_form(const TokenClient& client, std::string_view scope) {
    return form_of(client, {{"grant_type", "client_credentials"}}, scope);
}

Secret refresh_form(const TokenClient& client, std::string_view scope,
                    const Secret& refresh_token) {
    return form_of(client,
                   {{"grant_type", "refresh_token"}, {"refresh_token", refresh_token.reveal()}},
                   scope);
}

Secret device_form(const TokenClient& client, std::string_view scope) {
    return form_of(client, {}, scope);
}

Secret device_poll_form(const TokenClient& client, const Secret& device_code) {
    return form_of(client, {{"grant_type", kDeviceGrant}, {"device_code", device_code.reveal()}});
}

Result<TokenGrant, TokenTrouble> read_token_answer(int status, std::string_view body) {
    const auto answer = object_of(status, body);
    if (!answer) return fail(answer.error());
    TokenGrant grant{.access_token = Secret{text_of(*answer, "access_token")},
                     .life = seconds_of(*answer, "expires_in").value_or(kUnsaid),
                     .refresh_token = Secret{text_of(*answer, "refresh_token")}};
    if (!is_b64token(grant.access_token.reveal())) {
        return fail(malformed("the provider's answer has no access token that could be sent"));
    }
    if (!equal_nocase(text_of(*answer, "token_type"), "Bearer")) {
        return fail(malformed("the provider's token is no bearer token"));
    }
    if (grant.life == seconds{0}) {
        return fail(malformed("the provider does not say how long its token is good"));
    }
    if (grant.refresh_token.size() > kSecretOctets) {
        return fail(malformed("the provider's refresh token is longer than is kept"));
    }
    return grant;
}

Result<DeviceLogin, TokenTrouble> read_device_answer(int status, std::string_view body) {
    const auto answer = object_of(status, body);
    if (!answer) return fail(answer.error());
    constexpr seconds kUsual{5}, kSlowest{60};  // RFC 8628 §3.2
    DeviceLogin login{.device_code = Secret{text_of(*answer, "device_code")},
                      .user_code = text_of(*answer, "user_code"),
                      .address = text_of(*answer, "verification_uri"),
                      .life = seconds_of(*answer, "expires_in").value_or(seconds{0}),
                      .interval = seconds_of(*answer, "interval").value_or(kUsual)};
    login.interval = std::clamp(login.interval, seconds{1}, kSlowest);
    const bool code = !login.device_code.empty() && login.device_code.size() <= kSecretOctets;
    const auto& shown = login.user_code;
    // Both are shown on a terminal.
    const bool readable = !shown.empty() && shown.size() <= kWordOctets &&
                          std::ranges::all_of(shown, [](char c) { return c >= 0x20 && c < 0x7F; });
    if (!code || !readable || login.life == seconds{0}) {
        return fail(malformed("the provider's answer begins no login"));
    }
    if (!is_https(login.address)) {
        return fail(malformed("the provider names no https address for the login"));
    }
    return login;
}

}  // namespace signet::oauth
