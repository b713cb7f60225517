#include "authn/issuer.h"

#include "oauth/verify.h"

#include <utility>

namespace signet::authn {
namespace {

using oauth::TokenFault;
using oauth::TokenFaultKind;

std::string why_no_keys(const Issuer& issuer) {
    auto why = issuer.keys->state().trouble;
    return why.empty() ? "The issuer has not been asked for its keys yet." : why;
}

}  // namespace

IssuerPtr find_issuer(const Issuers& issuers, std::string_view url) {
    for (const auto& one : issuers) {
        if (one->rules.url == url) return one;
    }
    return nullptr;
}

TokenFault unknown_issuer(std::string_view url) {
    return {TokenFaultKind::unknown_issuer,
            "It says that " + oauth::shown(url) + " made it (iss), which no [[issuer]] is."};
}

std::variant<oauth::Jws, OpaqueToken, TokenFault> read_token(const Secret& token) {
    if (!oauth::looks_like_jwt(token.reveal())) {
        return OpaqueToken{{TokenFaultKind::opaque,
                            "It is no JWT, and no issuer has an introspection where it could be "
                            "asked about."}};
    }
    auto jws = oauth::read_jws(token.reveal());
    if (jws) return std::move(*jws);
    if (jws.error().kind == TokenFaultKind::encrypted) return OpaqueToken{std::move(jws.error())};
    return std::move(jws.error());
}

Task<Result<void, Trouble>> check_signature(const Issuer& issuer, const oauth::Jws& token,
                                            const oauth::Json& claims, const Clock& clock) {
    const auto unavailable = [&] { return fail(Trouble{Unavailable{why_no_keys(issuer)}}); };
    auto known = co_await issuer.keys->known();
    if (!known) co_return unavailable();
    auto checked = oauth::check_signature(token, known->keys, issuer.rules);
    if (!checked && checked.error().kind == TokenFaultKind::unknown_key) {
        // What would be refused anyhow is not worth a question.
        const auto judged = oauth::judge(claims, issuer.rules, clock.wall());
        if (!judged) co_return fail(Trouble{judged.error()});
        known = co_await issuer.keys->newer_than(known);
        if (!known) co_return unavailable();
        checked = oauth::check_signature(token, known->keys, issuer.rules);
    }
    if (!checked) co_return fail(Trouble{checked.error()});
    co_return Result<void, Trouble>{};
}

Task<Result<oauth::TokenIdentity, Trouble>> introspect(const Issuer& issuer, const Secret& token,
                                                       std::optional<oauth::TokenIdentity> said) {
    auto url = issuer.introspection_url;
    if (url.empty()) {
        const auto known = co_await issuer.keys->known();
        if (!known) co_return fail(Trouble{Unavailable{why_no_keys(issuer)}});
        url = known->metadata.introspection_endpoint;
    }
    if (url.empty()) {
        co_return fail(
            Trouble{Unavailable{"The issuer does not say where it can be asked about "
                                "tokens (introspection_endpoint)."}});
    }
    auto answer =
        co_await issuer.introspector->ask(std::move(url), token, issuer.rules, std::move(said));
    if (!answer) co_return fail(Trouble{Unavailable{answer.error()}});
    if (!*answer) co_return fail(Trouble{answer->error()});
    co_return std::move(**answer);
}

}  // namespace signet::authn
