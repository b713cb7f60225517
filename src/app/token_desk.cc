#include "app/token_desk.h"

#include "authn/token_examine.h"

#include <chrono>
#include <utility>

namespace signet::app {
namespace {

constexpr std::chrono::seconds kPatience{20};  // for keys, introspections and the account

std::string_view name_of(authn::Issuer::Ask ask) {
    switch (ask) {
    case authn::Issuer::Ask::never: return "never";
    case authn::Issuer::Ask::opaque: return "opaque";
    case authn::Issuer::Ask::always: return "always";
    }
    std::unreachable();
}

}  // namespace

std::vector<admin::IssuerState> TokenDesk::list() const {
    std::vector<admin::IssuerState> all;
    const auto issuers = check_.issuers();
    for (const auto& issuer : *issuers) {
        const auto state = issuer->keys->state();
        admin::IssuerState one{.name = issuer->name,
                               .url = issuer->rules.url,
                               .audience = issuer->rules.audience,
                               .introspection = std::string{name_of(issuer->ask)},
                               .trouble = state.trouble};
        if (state.known) {
            const auto age = clock_.steady() - state.known->asked;
            one.keys = state.known->keys.keys.size();
            one.fetched =
                clock_.wall() - std::chrono::duration_cast<std::chrono::microseconds>(age);
        }
        all.push_back(std::move(one));
    }
    return all;
}

Task<admin::TokenReport> TokenDesk::examine(Secret token) {
    const auto issuers = check_.issuers();
    const auto found = co_await authn::examine_token(*issuers, store_, clock_, token,
                                                     Deadline::in(clock_, kPatience));
    admin::TokenReport report{
        .issuer = found.issuer, .account = found.account, .findings = {}, .good = found.good()};
    for (const auto& [what, right, sentence] : found.findings) {
        report.findings.push_back({what, right, sentence});
    }
    co_return report;
}

}  // namespace signet::app
