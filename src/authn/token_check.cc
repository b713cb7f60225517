#include "authn/token_check.h"

#include "authn/answers.h"
#include "identity/account.h"
#include "net/timer.h"
#include "net/together.h"
#include "oauth/verify.h"

#include <algorithm>
#include <utility>

namespace signet::authn {
namespace {

using identity::TokenAnswer;
using identity::TokenRefused;
using oauth::TokenFault;
using oauth::TokenFaultKind;

constexpr std::string_view kOk = "ok", kUnavailable = "unavailable";
constexpr std::chrono::seconds kLook{5};  // between two looks at whether keys are old
// Between two looks at the token of one session.  What the issuer said is remembered by the
// Introspector, for all sessions of the token; so a look costs it a question now and then.
constexpr std::chrono::seconds kAskAgain{1};
constexpr std::string_view kPlace = "token of a session";

Secret drawn_key(Entropy& entropy) {
    std::string key(crypto::kSealKeySize, '\0');
    entropy.fill({reinterpret_cast<std::uint8_t*>(key.data()), key.size()});
    return Secret{std::move(key)};
}

// Whether its issuer was asked about it, and will answer another time.
bool can_be_taken_back(const Issuer& issuer, const Secret& token) {
    if (issuer.ask == Issuer::Ask::always) return true;
    return issuer.ask == Issuer::Ask::opaque &&
           std::holds_alternative<OpaqueToken>(read_token(token));
}

// What the client may be told, so that it can get a token that is good.
sasl::TokenHint hint_of(const TokenFault& fault, const IssuerPtr& issuer, const Issuers& issuers) {
    sasl::TokenHint hint;
    // RFC 6750 §3.1.
    hint.status = fault.kind == TokenFaultKind::scope ? "insufficient_scope" : "invalid_token";
    const auto& meant = issuer || issuers.size() != 1 ? issuer : issuers.front();
    if (!meant) return hint;
    for (const auto& scope : meant->rules.required_scope) {
        hint.scope += (hint.scope.empty() ? "" : " ") + scope;
    }
    hint.configuration = oauth::metadata_urls(meant->rules.url)[0];
    return hint;
}

// Whether both are the same account.  A client that leaves its name out says nothing.
bool same_account(const std::string& presented, const std::string& proven) {
    if (presented.empty()) return true;
    const auto one = identity::fold_account_name(presented);
    return one && one == identity::fold_account_name(proven);
}

}  // namespace

TokenCheck::TokenCheck(identity::CredentialStore& store, const Clock& clock, Entropy& entropy,
                       Report report)
    : store_(store),
      clock_(clock),
      report_(report ? std::move(report) : [](std::string_view, std::string_view) {}),
      seal_(drawn_key(entropy), entropy),
      issuers_(std::make_shared<const Issuers>()) {}

bool TokenCheck::able() const { return !issuers_.get()->empty(); }

Task<Result<TokenAnswer, StoreFault>> TokenCheck::check_token(identity::TokenShown shown,
                                                              Deadline deadline) {
    const auto issuers = issuers_.get();
    auto [issuer, judged] = co_await judge(*issuers, shown.token);
    if (!judged) {
        if (const auto* fault = std::get_if<TokenFault>(&judged.error())) {
            co_return refuse(*fault, issuer, *issuers);
        }
        report_(issuer ? std::string_view{issuer->name} : std::string_view{}, kUnavailable);
        co_return fail(StoreFault::unavailable);
    }
    const auto presented = std::exchange(shown.claim.authcid, judged->account);
    auto answer = co_await bound_account(*issuer, *judged, shown.claim, deadline);
    if (answer && is_unknown(*answer)) {
        if (!shown.for_another && !same_account(presented, judged->account)) {
            co_return refuse({TokenFaultKind::user, "It is for " + oauth::shown(judged->account) +
                                                        ", and the client says that it is " +
                                                        oauth::shown(presented) + "."},
                             issuer, *issuers);
        }
        answer = co_await store_.vouched(shown.claim, std::move(judged->account), deadline);
    }
    co_return conclude(*issuer, std::move(answer), shown.token);
}

identity::TokenRefused TokenCheck::refuse(const TokenFault& fault, const IssuerPtr& issuer,
                                          const Issuers& issuers) {
    report_(issuer ? std::string_view{issuer->name} : std::string_view{}, oauth::name(fault.kind));
    return {.why = std::string{oauth::name(fault.kind)},
            .account = {},
            .detail = fault.detail,
            .hint = hint_of(fault, issuer, issuers)};
}

// An account that has this very subject of the issuer as a credential stands before any that the
// token may name.
Task<TokenCheck::Checked> TokenCheck::bound_account(const Issuer& issuer,
                                                    const oauth::TokenIdentity& proven,
                                                    identity::Claim claim, Deadline deadline) {
    if (proven.subject.empty()) {
        co_return identity::Refused{identity::Refusal::unknown_account, {}};
    }
    co_return co_await store_.holder(std::move(claim), identity::CredentialKind::token,
                                     issuer.name + " " + proven.subject, deadline);
}

Result<TokenAnswer, StoreFault> TokenCheck::conclude(const Issuer& issuer, Checked answer,
                                                     const Secret& token) {
    if (!answer) {
        report_(issuer.name, kUnavailable);
        return fail(answer.error());
    }
    if (auto* refused = std::get_if<identity::Refused>(&*answer)) {
        report_(issuer.name, identity::name(refused->why));
        return std::move(*refused);
    }
    report_(issuer.name, kOk);
    auto& login = std::get<identity::Login>(*answer);
    if (can_be_taken_back(issuer, token)) {
        login.basis.token = seal_.close(token.reveal(), kPlace);
    }
    return std::move(login);
}

// As at the sign-in, all of it: an issuer that was taken out of the settings, and a rule that is
// new, end the session too.
Task<identity::TokenStanding> TokenCheck::still_good(const identity::Login& login) {
    using State = identity::TokenStanding::State;
    auto opened = seal_.open(login.basis.token, kPlace);
    if (!opened) co_return identity::TokenStanding{.state = State::gone};
    const Secret token{std::move(*opened)};
    const auto issuers = issuers_.get();
    const auto [issuer, judged] = co_await judge(*issuers, token);
    identity::TokenStanding standing{.ask_again = kAskAgain};
    if (issuer) standing.outage = issuer->outage;
    if (judged && same_account(login.authcid, judged->account)) co_return standing;
    const bool silent = !judged && std::holds_alternative<Unavailable>(judged.error());
    standing.state = silent ? State::unknown : State::gone;
    co_return standing;
}

Task<TokenCheck::Verdict> TokenCheck::judge(const Issuers& issuers, const Secret& token) {
    auto read = read_token(token);
    if (auto* jws = std::get_if<oauth::Jws>(&read)) {
        co_return co_await judge_signed(issuers, token, std::move(*jws));
    }
    if (auto* opaque = std::get_if<OpaqueToken>(&read)) {
        co_return co_await judge_opaque(issuers, token, std::move(opaque->why));
    }
    co_return Verdict{nullptr, fail(Trouble{std::move(std::get<TokenFault>(read))})};
}

Task<TokenCheck::Verdict> TokenCheck::judge_signed(const Issuers& issuers, const Secret& token,
                                                   oauth::Jws jws) {
    const auto refuse = [](IssuerPtr issuer, TokenFault fault) {
        return Verdict{std::move(issuer), fail(Trouble{std::move(fault)})};
    };
    const auto claims = oauth::read_claims(jws);
    if (!claims) co_return refuse(nullptr, claims.error());
    const auto says = oauth::text_of(*claims, "iss");
    const auto issuer = find_issuer(issuers, says);
    if (!issuer) co_return refuse(nullptr, unknown_issuer(says));
    const auto& rules = issuer->rules;
    if (const auto type = oauth::judge_type(jws.type, rules); !type) {
        co_return refuse(issuer, type.error());
    }
    if (auto right = co_await check_signature(*issuer, jws, *claims, clock_); !right) {
        co_return Verdict{issuer, fail(std::move(right.error()))};
    }
    auto judged = oauth::judge(*claims, rules, clock_.wall());
    if (!judged) co_return refuse(issuer, judged.error());
    if (issuer->ask != Issuer::Ask::always) co_return Verdict{issuer, std::move(*judged)};
    co_return Verdict{issuer, co_await introspect(*issuer, token, std::move(*judged))};
}

Task<TokenCheck::Verdict> TokenCheck::judge_opaque(const Issuers& issuers, const Secret& token,
                                                   TokenFault why) {
    Verdict verdict{nullptr, fail(Trouble{std::move(why)})};
    bool silent = false;
    for (const auto& issuer : issuers) {
        if (issuer->ask == Issuer::Ask::never) continue;
        auto judged = co_await introspect(*issuer, token, {});
        if (judged) co_return Verdict{issuer, std::move(judged)};
        // That it is not active says an issuer of every token that another one made.
        const auto* fault = std::get_if<TokenFault>(&judged.error());
        if (fault && fault->kind != TokenFaultKind::inactive) {
            co_return Verdict{issuer, std::move(judged)};
        }
        if (!silent) verdict = {issuer, std::move(judged)};
        silent = silent || !fault;
    }
    co_return verdict;
}

Task<void> TokenCheck::keep_fresh() {
    do {
        const auto issuers = issuers_.get();
        std::vector<Task<void>> all;
        all.reserve(issuers->size());
        for (const auto& issuer : *issuers) all.push_back(issuer->keys->refresh_if_due());
        co_await net::together(std::move(all));
    } while (co_await net::sleep_for(kLook));
}

}  // namespace signet::authn
