#include "settings/tls_safety.h"

#include "settings/judgement.h"

#include <algorithm>
#include <array>

namespace signet::settings {
namespace {

struct Case : Judgement {
    const TlsFacts& facts;
};

std::string list(const std::vector<std::string>& words) {
    std::string text;
    for (const auto& word : words) text += (text.empty() ? "" : ", ") + word;
    return text;
}

std::string day(WallTime when) {
    const std::chrono::year_month_day date{std::chrono::floor<std::chrono::days>(when)};
    const auto two = [](unsigned number) {
        return (number < 10 ? "0" : "") + std::to_string(number);
    };
    return std::to_string(static_cast<int>(date.year())) + "-" +
           two(static_cast<unsigned>(date.month())) + "-" + two(static_cast<unsigned>(date.day()));
}

void ciphers_can_be_used(Case& given) {
    for (const auto& fact : given.facts.ciphers) {
        if (!fact.unusable.empty()) {
            given.add("E0320", "the ciphers cannot be used: " + fact.unusable, fact.setting);
        } else if (!fact.forbidden.empty()) {
            given.add("E0321", "ciphers that protect nothing: " + list(fact.forbidden),
                      fact.setting, "leave them out, or the whole line for the default");
        } else if (!fact.weak.empty() && fact.matters) {
            given.add("W0333", "weak ciphers: " + list(fact.weak), fact.setting);
        }
    }
}

// Of TLS 1.2 each cipher belongs to one kind of key.
void ciphers_fit_the_keys(Case& given) {
    for (const auto& fact : given.facts.ciphers) {
        if (!fact.matters || !fact.unusable.empty()) continue;
        const bool fits = std::ranges::any_of(given.facts.certificates, [&](const auto& one) {
            return !one.trouble.empty() ||
                   std::ranges::find(fact.key_kinds, one.shown.key_kind) != fact.key_kinds.end();
        });
        if (fits) continue;
        given.add("E0324", "no cipher of these is for the kind of key that the certificates have",
                  fact.setting, "no client with TLS 1.2 could connect");
    }
}

void certificates_can_be_used(Case& given) {
    for (const auto& fact : given.facts.certificates) {
        const auto place = fact.section + ".certificate";
        if (!fact.trouble.empty()) {
            given.add("E0322", fact.trouble, place);
            continue;
        }
        const bool early = given.facts.now < fact.not_before;
        if (!early && given.facts.now < fact.not_after) continue;
        given.add(fact.in_force ? "W0335" : "E0323",
                  "certificate " + fact.path +
                      (early ? " begins on " + day(fact.not_before)
                             : " has ended on " + day(fact.not_after)),
                  place, "clients refuse it");
    }
}

bool any_trouble(const TlsFacts& facts) {
    return facts.certificates.empty() ||
           std::ranges::any_of(facts.certificates,
                               [](const auto& fact) { return !fact.trouble.empty(); });
}

void each_certificate_is_shown(Case& given) {
    if (any_trouble(given.facts)) return;
    std::vector<crypto::Candidate> candidates;
    candidates.reserve(given.facts.certificates.size());
    for (const auto& fact : given.facts.certificates) candidates.push_back(fact.shown);
    const crypto::CertificateChoice choice{candidates};
    const auto never = choice.never_shown();
    for (const auto i : never) {
        const auto& fact = given.facts.certificates[i];
        given.add("E0325", "certificate " + fact.path + " is never shown",
                  fact.section + ".certificate",
                  fact.shown.names.empty() ? "it has no DNS name that a client could ask for"
                                           : "others have its names and its kind of key");
    }
    for (const auto& shadowed : choice.shadowed()) {
        if (std::ranges::find(never, shadowed.candidate) != never.end()) continue;
        const auto& fact = given.facts.certificates[shadowed.candidate];
        given.add("W0334",
                  "for " + shadowed.name + " " + given.facts.certificates[shadowed.by].path +
                      " is shown, not " + fact.path,
                  fact.section + ".certificate");
    }
}

bool covers(const CertificateFact& fact, const std::string& host) {
    const auto dot = host.find('.');
    const auto wildcard = dot == std::string::npos ? host : "*" + host.substr(dot);
    return std::ranges::any_of(fact.shown.names, [&](const std::string& name) {
        return name == host || name == wildcard;
    });
}

void some_certificate_has_our_name(Case& given) {
    const auto& host = given.settings.hostname;
    if (any_trouble(given.facts) || given.places.is_spoiled("hostname") || host.empty()) return;
    for (const auto& fact : given.facts.certificates) {
        if (covers(fact, host)) return;
    }
    given.add("W0334", "no certificate has the name " + host, "hostname",
              "clients that connect to this name will not trust it");
}

constexpr std::array kQuestions{ciphers_can_be_used, certificates_can_be_used, ciphers_fit_the_keys,
                                each_certificate_is_shown, some_certificate_has_our_name};

}  // namespace

std::vector<Problem> judge_tls(const Snapshot& snapshot, const Places& places,
                               const TlsFacts& facts) {
    Case given{{snapshot, places, {}}, facts};
    for (const auto question : kQuestions) question(given);
    return std::move(given.problems);
}

}  // namespace signet::settings
