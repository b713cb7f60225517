#include "oauth/claims.h"

#include "base/text.h"

#include <algorithm>
#include <utility>

namespace signet::oauth {
namespace {

using enum TokenFaultKind;
constexpr std::size_t kAccountOctets = 255;
constexpr std::int64_t kYear10000 = 253'402'300'800;  // seconds
using Verdict = Result<void, TokenFault>;

std::unexpected<TokenFault> refuse(TokenFaultKind kind, std::string detail) {
    return fail(TokenFault{kind, std::move(detail)});
}

bool has(const std::vector<std::string>& all, std::string_view one) {
    return std::ranges::find(all, one) != all.end();
}

std::string listed(const std::vector<std::string>& texts) {
    if (texts.empty()) return "nobody";
    std::string all;
    for (const auto& text : texts) all += (all.empty() ? "" : ", ") + shown(text);
    return all;
}

std::string ago(WallTime::duration span) {
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(span).count();
    if (seconds < 120) return std::to_string(seconds) + " seconds";
    if (seconds < 7'200) return std::to_string(seconds / 60) + " minutes";
    if (seconds < 172'800) return std::to_string(seconds / 3'600) + " hours";
    return std::to_string(seconds / 86'400) + " days";
}

Verdict judge_issuer(const Json& claims, const IssuerRules& rules, Source source) {
    const auto* issuer_claim = claims.find("iss");
    if (!issuer_claim && source == Source::introspection) return {};
    const auto says = text_of(claims, "iss");
    if (says == rules.url) return {};
    return refuse(issuer, "It says that " + shown(says) + " made it (iss), not " +
                              shown(rules.url) + "; the two must be the same to the letter.");
}

Verdict judge_audience(const Json& claims, const IssuerRules& rules) {
    const auto* claim = claims.find("aud");
    const auto named = claim ? texts_of(*claim) : std::vector<std::string>{};
    if (!named) return refuse(malformed, "Its audience (aud) is neither a text nor texts.");
    for (const auto& one : *named) {
        if (has(rules.audience, one)) return {};
    }
    return refuse(audience, "It is for " + listed(*named) + " (aud), not for " +
                                listed(rules.audience) + ".");
}

// The date of a claim; nullopt: it has none.
Result<std::optional<WallTime>, TokenFault> date(const Json& claims, std::string_view claim) {
    const auto* value = claims.find(claim);
    if (!value) return std::nullopt;
    const auto read = date_of(*value);
    if (!read) return refuse(malformed, "Its " + std::string{claim} + " is no date in seconds.");
    return read;
}

Result<std::optional<WallTime>, TokenFault> judge_times(const Json& claims,
                                                        const IssuerRules& rules, WallTime now,
                                                        Source source) {
    const auto expires = date(claims, "exp"), from = date(claims, "nbf"),
               made = date(claims, "iat");
    for (const auto* read : {&expires, &from, &made}) {
        if (!*read) return fail(read->error());
    }
    if (!*expires && source == Source::token) {
        return refuse(malformed, "It does not say when it ends (exp).");
    }
    // RFC 7519 §4.1.4: on or after that time it MUST NOT be accepted, but for a small leeway.
    if (*expires && now >= **expires + rules.clock_skew) {
        return refuse(expired, "It ended " + ago(now - **expires) + " ago (exp).");
    }
    for (const auto& [begin, claim] : {std::pair{*from, "nbf"}, std::pair{*made, "iat"}}) {
        if (begin && now + rules.clock_skew < *begin) {
            return refuse(not_yet_valid, "It begins in " + ago(*begin - now) + " (" + claim +
                                             "): one of the two clocks is wrong.");
        }
    }
    return *expires;
}

Verdict judge_scope(const std::vector<std::string>& granted, const IssuerRules& rules) {
    for (const auto& wanted : rules.required_scope) {
        if (has(granted, wanted)) continue;
        return refuse(scope, "It lacks the scope " + shown(wanted) + "; it has " +
                                 (granted.empty() ? std::string{"none"} : listed(granted)) + ".");
    }
    return {};
}

// RFC 9068 §2.2 `client_id`, OpenID Connect `azp`, Entra ID `appid`: every one that is there must
// be allowed, since nobody says which of them counts.
Result<std::string, TokenFault> judge_client(const Json& claims, const IssuerRules& rules) {
    std::string first;
    for (const auto* claim : {"client_id", "azp", "appid"}) {
        const auto* value = claims.find(claim);
        if (!value) continue;
        if (!value->text()) return refuse(malformed, "Its " + std::string{claim} + " is no text.");
        const auto& says = *value->text();
        if (!rules.clients.empty() && !has(rules.clients, says)) {
            return refuse(client, "It was made for the program " + shown(says) + " (" + claim +
                                      "), which may not sign in here.");
        }
        if (first.empty()) first = says;
    }
    if (first.empty() && !rules.clients.empty()) {
        return refuse(client, "It does not say which program it was made for.");
    }
    return first;
}

// RFC 9449 §7.1 and RFC 8705 §3: a token that is tied to a key is no bearer token.
Verdict judge_binding(const Json& claims) {
    if (!claims.find("cnf")) return {};
    return refuse(bound,
                  "It is tied to a key of the program that asked for it (cnf); only tokens "
                  "that are not can be used here.");
}

bool has_control(std::string_view text) {
    return std::ranges::any_of(
        text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
}

Result<std::string, TokenFault> account_of(const Json& claims, const AccountRule& rule) {
    auto says = text_of(claims, rule.claim);
    if (says.empty()) {
        return refuse(account,
                      "It has no text in " + shown(rule.claim) + ", which names the account.");
    }
    // OpenID Connect Core §5.1: an address that anybody may have typed in.
    const auto* verified = rule.claim == "email" ? claims.find("email_verified") : nullptr;
    if (verified && verified->boolean() != true && text_of(claims, "email_verified") != "true") {
        return refuse(account, "Its issuer has not verified the address " + shown(says) + ".");
    }
    if (!rule.strip_domain.empty()) {
        const auto at = says.rfind('@');
        if (at == std::string::npos ||
            !equal_nocase(std::string_view{says}.substr(at + 1), rule.strip_domain)) {
            return refuse(account, "It is for " + shown(says) + ", which is not in the domain " +
                                       shown(rule.strip_domain) + ".");
        }
        says.resize(at);
    }
    if (!rule.append_domain.empty()) {
        if (says.contains('@')) {
            return refuse(account, "It is for " + shown(says) + ", which has a domain already.");
        }
        says += "@" + rule.append_domain;
    }
    if (says.empty() || says.size() > kAccountOctets || says.starts_with('@') ||
        has_control(says)) {
        return refuse(account, "It is for " + shown(says) + ", which is no name of an account.");
    }
    return says;
}

}  // namespace

std::optional<WallTime> date_of(const Json& value) {
    const auto seconds = value.integer();
    if (!seconds || *seconds < 0 || *seconds >= kYear10000) return {};
    return WallTime{std::chrono::seconds{*seconds}};
}

std::vector<std::string> scopes_of(const Json& claims) {
    std::vector<std::string> all;
    for (const auto* claim : {"scope", "scp"}) {
        const auto* value = claims.find(claim);
        const auto texts = value ? texts_of(*value) : std::nullopt;
        if (!texts) continue;
        for (const auto& text : *texts) {
            for (const auto one : split(text, ' ')) {
                if (!one.empty()) all.emplace_back(one);
            }
        }
    }
    return all;
}

Result<void, TokenFault> judge_type(std::string_view type, const IssuerRules& rules) {
    if (equal_nocase(type, "at+jwt") || equal_nocase(type, "application/at+jwt")) return {};
    if (rules.plain_jwt && (type.empty() || equal_nocase(type, "JWT"))) return {};
    return refuse(TokenFaultKind::type,
                  "Its type (typ) is " + shown(type) + ", not \"at+jwt\" as RFC 9068 has it" +
                      (rules.plain_jwt ? "." : "; the setting plain_jwt takes tokens without."));
}

Result<TokenIdentity, TokenFault> judge(const Json& claims, const IssuerRules& rules, WallTime now,
                                        Source source) {
    if (const auto judged = judge_issuer(claims, rules, source); !judged) {
        return fail(judged.error());
    }
    if (const auto judged = judge_audience(claims, rules); !judged) return fail(judged.error());
    const auto expires = judge_times(claims, rules, now, source);
    if (!expires) return fail(expires.error());
    if (const auto judged = judge_binding(claims); !judged) return fail(judged.error());
    auto client = judge_client(claims, rules);
    if (!client) return fail(client.error());
    auto scopes = scopes_of(claims);
    if (const auto judged = judge_scope(scopes, rules); !judged) return fail(judged.error());
    auto account = account_of(claims, rules.account);
    if (!account) return fail(account.error());
    return TokenIdentity{.account = std::move(*account),
                         .issuer = rules.url,
                         .subject = text_of(claims, "sub"),
                         .client = std::move(*client),
                         .token_id = text_of(claims, "jti"),
                         .scopes = std::move(scopes),
                         .expires = *expires};
}

std::vector<Finding> examine(const Json& claims, const IssuerRules& rules, WallTime now,
                             Source source) {
    std::vector<Finding> all;
    const auto find = [&](std::string_view what, const auto& judged, const std::string& sentence) {
        all.push_back(
            {what, judged.has_value(), judged.has_value() ? sentence : judged.error().detail});
    };
    find("issuer", judge_issuer(claims, rules, source), "It is from " + shown(rules.url) + ".");
    const auto* audiences = claims.find("aud");
    const auto named = audiences ? texts_of(*audiences) : std::nullopt;
    find("audience", judge_audience(claims, rules),
         "It is for " + listed(named.value_or(std::vector<std::string>{})) + ".");
    const auto expires = judge_times(claims, rules, now, source);
    const auto ends = expires && *expires ? **expires : now;
    find("times", expires,
         expires && !*expires ? std::string{"It does not say when it ends."}
         : ends <= now        ? std::string{"It has ended, but for the leeway of clock_skew."}
                              : "It ends in " + ago(ends - now) + ".");
    find("binding", judge_binding(claims), "It is not tied to a key.");
    const auto client = judge_client(claims, rules);
    find("client", client,
         client && !client->empty() ? "It was made for the program " + shown(*client) + "."
                                    : std::string{"It names no program."});
    const auto scopes = scopes_of(claims);
    find("scope", judge_scope(scopes, rules),
         scopes.empty() ? std::string{"It has no scopes, and none are asked for."}
                        : "It has the scopes " + listed(scopes) + ".");
    const auto account = account_of(claims, rules.account);
    find("account", account, account ? "It signs in as " + shown(*account) + "." : std::string{});
    return all;
}

}  // namespace signet::oauth
