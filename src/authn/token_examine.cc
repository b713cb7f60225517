#include "authn/token_examine.h"

#include "oauth/verify.h"

#include <algorithm>
#include <utility>

namespace signet::authn {
namespace {

using oauth::TokenFault;
using oauth::TokenIdentity;

std::string words(const Trouble& trouble) {
    const auto* fault = std::get_if<TokenFault>(&trouble);
    if (fault) return fault->detail;
    return "Nobody can say: " + std::get<Unavailable>(trouble).why;
}

class Examiner {
public:
    Examiner(const Issuers& issuers, const Clock& clock, const Secret& token)
        : issuers_(issuers), clock_(clock), token_(token) {}

    Task<void> examine();
    Task<void> examine_account(identity::CredentialStore& store, Deadline deadline);
    TokenExamination result;

private:
    Task<void> examine_signed(oauth::Jws jws);
    Task<void> examine_claims(const IssuerPtr& issuer, const oauth::Json& claims);
    Task<void> examine_opaque(TokenFault why);
    Task<void> examine_active(const Issuer& issuer, std::optional<TokenIdentity> said);
    void add(std::string_view what, bool right, std::string sentence) {
        result.findings.push_back({std::string{what}, right, std::move(sentence)});
    }

    const Issuers& issuers_;
    const Clock& clock_;
    const Secret& token_;
};

Task<void> Examiner::examine() {
    auto read = read_token(token_);
    if (auto* fault = std::get_if<TokenFault>(&read)) {
        add("form", false, std::move(fault->detail));
    } else if (auto* opaque = std::get_if<OpaqueToken>(&read)) {
        co_await examine_opaque(std::move(opaque->why));
    } else {
        co_await examine_signed(std::move(std::get<oauth::Jws>(read)));
    }
}

Task<void> Examiner::examine_signed(oauth::Jws jws) {
    const auto claims = oauth::read_claims(jws);
    if (!claims) {
        add("form", false, claims.error().detail);
        co_return;
    }
    add("form", true, "It is a JWT, signed with " + std::string{name(jws.algorithm)} + ".");
    const auto says = oauth::text_of(*claims, "iss");
    const auto issuer = find_issuer(issuers_, says);
    if (!issuer) {
        add("issuer", false, unknown_issuer(says).detail);
        co_return;
    }
    result.issuer = issuer->name;
    const auto type = oauth::judge_type(jws.type, issuer->rules);
    add("type", type.has_value(),
        type ? "Its type is " + oauth::shown(jws.type) + "." : type.error().detail);
    const auto right = co_await check_signature(*issuer, jws, *claims, clock_);
    const auto key = jws.key_id.empty() ? std::string{"the one key of its issuer that fits"}
                                        : "the key " + oauth::shown(jws.key_id);
    add("signature", right.has_value(),
        right ? "Its signature is right, made with " + key + "." : words(right.error()));
    co_await examine_claims(issuer, *claims);
}

Task<void> Examiner::examine_claims(const IssuerPtr& issuer, const oauth::Json& claims) {
    const auto now = clock_.wall();
    for (auto& finding : oauth::examine(claims, issuer->rules, now)) {
        add(finding.what, finding.right, std::move(finding.sentence));
    }
    auto judged = oauth::judge(claims, issuer->rules, now);
    if (!judged) co_return;
    result.account = judged->account;
    if (issuer->ask == Issuer::Ask::always) {
        co_await examine_active(*issuer, std::move(*judged));
    }
}

Task<void> Examiner::examine_active(const Issuer& issuer, std::optional<TokenIdentity> said) {
    const auto answer = co_await introspect(issuer, token_, std::move(said));
    add("active", answer.has_value(),
        answer ? "Its issuer says that it is active." : words(answer.error()));
    if (answer) result.account = answer->account;
}

Task<void> Examiner::examine_opaque(TokenFault why) {
    bool asked = false;
    for (const auto& issuer : issuers_) {
        if (issuer->ask == Issuer::Ask::never || !result.account.empty()) continue;
        if (!asked) add("form", true, "It is no JWT: its issuer is asked about it.");
        asked = true;
        const auto before = result.findings.size();
        co_await examine_active(*issuer, {});
        auto& finding = result.findings[before];
        finding.sentence = "[[issuer]] " + issuer->name + ": " + finding.sentence;
        if (!finding.right) continue;
        result.issuer = issuer->name;
        // What others say of it does not matter any more.
        std::erase_if(result.findings, [](const auto& one) { return !one.right; });
    }
    if (!asked) add("form", false, std::move(why.detail));
}

Task<void> Examiner::examine_account(identity::CredentialStore& store, Deadline deadline) {
    if (result.account.empty()) co_return;
    const auto whom = "The account " + oauth::shown(result.account);
    auto answer =
        co_await store.vouched({result.account, "OAUTHBEARER", {}}, result.account, deadline);
    if (!answer) {
        add("account", false, whom + " cannot be looked up now.");
    } else if (const auto* refused = std::get_if<identity::Refused>(&*answer)) {
        const bool known = refused->why != identity::Refusal::unknown_account;
        const bool disabled = refused->why == identity::Refusal::account_disabled;
        add("account", false,
            whom + (!known     ? " does not exist here."
                    : disabled ? " is disabled."
                               : " may not send."));
    } else {
        add("account", true, whom + " is there and may send.");
    }
}

}  // namespace

bool TokenExamination::good() const {
    return !findings.empty() && std::ranges::all_of(findings, &TokenFinding::right);
}

Task<TokenExamination> examine_token(const Issuers& issuers, identity::CredentialStore& store,
                                     const Clock& clock, const Secret& token, Deadline deadline) {
    Examiner examiner{issuers, clock, token};
    co_await examiner.examine();
    co_await examiner.examine_account(store, deadline);
    co_return std::move(examiner.result);
}

}  // namespace signet::authn
