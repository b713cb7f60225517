// Rules about issuers: where they are asked, and that somebody can use them.
#include "settings/judgement.h"

#include "oauth/metadata.h"
#include "settings/mechanisms.h"

#include <algorithm>

namespace signet::settings {
namespace {

void addresses_that_are_taken(Judgement& judgement) {
    for (std::size_t i = 0; i < judgement.settings.issuers.size(); ++i) {
        const auto& issuer = judgement.settings.issuers[i];
        const auto path = item("issuer", i);
        if (judgement.places.is_spoiled(path + ".url")) continue;
        const auto judge = [&](std::string_view key, const std::string& url, bool right) {
            if (url.empty() || right) return;
            judgement.add("E0360", "`" + url + "` is no address that an issuer is asked at",
                          path + std::string{key}, "for example \"https://login.example.com\"");
        };
        // What is behind a query would end up in the middle of where its metadata is looked for.
        judge(".url", issuer.url,
              oauth::may_lead_to(issuer.url, issuer.url) && !issuer.url.contains('?'));
        judge(".jwks_url", issuer.keys.url, oauth::may_lead_to(issuer.url, issuer.keys.url));
        judge(".introspection.url", issuer.introspection.url,
              oauth::may_lead_to(issuer.url, issuer.introspection.url));
    }
}

void each_once(Judgement& judgement) {
    const auto& issuers = judgement.settings.issuers;
    for (std::size_t i = 0; i < issuers.size(); ++i) {
        for (std::size_t before = 0; before < i; ++before) {
            if (issuers[before].url != issuers[i].url || issuers[i].url.empty()) continue;
            judgement
                .add("E0361", "`" + issuers[i].url + "` is an issuer already",
                     item("issuer", i) + ".url", "leave out one of the two")
                .notes.push_back("the other is at " +
                                 where(judgement.places.of(item("issuer", before) + ".url")));
            break;
        }
    }
}

void introspection_is_whole(Judgement& judgement) {
    for (std::size_t i = 0; i < judgement.settings.issuers.size(); ++i) {
        const auto& asked = judgement.settings.issuers[i].introspection;
        const auto path = item("issuer", i) + ".introspection";
        const bool id = !asked.client_id.empty(), secret = !asked.client_secret.empty();
        const bool rest = !asked.url.empty() || asked.when != "opaque";
        if (judgement.places.is_spoiled(path + ".client_id") ||
            judgement.places.is_spoiled(path + ".client_secret") || (id && secret) ||
            (!id && !secret && !rest)) {
            continue;
        }
        judgement.add("E0362", std::string{id ? "`client_secret`" : "`client_id`"} + " is missing",
                      path, "an introspection needs both `client_id` and `client_secret`");
    }
}

void keys_outlive_a_refresh(Judgement& judgement) {
    for (std::size_t i = 0; i < judgement.settings.issuers.size(); ++i) {
        const auto& keys = judgement.settings.issuers[i].keys;
        if (keys.life > keys.refresh) continue;
        judgement.add("E0363", "`keys_life` is not longer than `keys_refresh`",
                      item("issuer", i) + ".keys_life");
    }
}

void somebody_can_use_them(Judgement& judgement) {
    const auto mechanisms = named_mechanisms(judgement.settings);
    const bool shown = std::ranges::any_of(
        mechanisms, [](const auto& one) { return one == "OAUTHBEARER" || one == "XOAUTH2"; });
    const auto& issuers = judgement.settings.issuers;
    if (!issuers.empty() && !shown) {
        judgement.add("W0360",
                      "nobody can sign in with tokens of the issuer `" + issuers.front().name + "`",
                      item("issuer", 0), "add \"OAUTHBEARER\" to auth.mechanisms");
    }
    const bool asked_for = judgement.places.written.contains("auth.mechanisms") &&
                           !judgement.places.is_spoiled("auth.mechanisms");
    if (issuers.empty() && shown && asked_for) {
        judgement.add("W0361", "there is no issuer whose tokens could sign in", "auth.mechanisms",
                      "add an [[issuer]] section: signet config describe issuer");
    }
}

}  // namespace

void judge_issuers(Judgement& judgement) {
    addresses_that_are_taken(judgement);
    each_once(judgement);
    introspection_is_whole(judgement);
    keys_outlive_a_refresh(judgement);
    somebody_can_use_them(judgement);
}

}  // namespace signet::settings
