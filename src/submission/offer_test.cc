#include "submission/offer.h"

#include <gtest/gtest.h>

namespace signet::submission {
namespace {

constexpr std::string_view kPlus = "SCRAM-SHA-256-PLUS", kScram = "SCRAM-SHA-256";

settings::AuthSettings all_mechanisms(std::string scram = "auto") {
    settings::AuthSettings settings;
    settings.mechanisms = {"LOGIN", "PLAIN", "scram-sha-256", "SCRAM-SHA-256-PLUS"};
    settings.scram = std::move(scram);
    return settings;
}

using Names = std::vector<std::string_view>;
const identity::ProofCovers kAll{{sasl::ProofKind::scram_sha256, 0}},
    kSome{{sasl::ProofKind::scram_sha256, 1}}, kNone{};

TEST(Offer, FollowsFromListenerConnectionStoreAndSettingsStrongestFirst) {
    struct Case {
        std::string what;
        OfferFacts facts;
        std::string scram;
        Names names;
    };
    const Case cases[] = {
        {"all there is", {true, true, true, kAll}, "auto", {kPlus, kScram, "PLAIN", "LOGIN"}},
        {"no binding to be had", {true, true, false, kAll}, "auto", {kScram, "PLAIN", "LOGIN"}},
        {"one account without", {true, true, true, kSome}, "auto", {"PLAIN", "LOGIN"}},
        {"and yet", {true, true, true, kSome}, "always", {kPlus, kScram, "PLAIN", "LOGIN"}},
        {"a store without proofs", {true, true, true, kNone}, "always", {"PLAIN", "LOGIN"}},
        {"not wanted", {true, true, true, kAll}, "off", {"PLAIN", "LOGIN"}},
        {"outside TLS", {true, false, true, kAll}, "always", {}},
        {"a listener without AUTH", {false, true, true, kAll}, "always", {}},
    };
    for (const auto& c : cases) {
        const auto made =
            offer(c.facts, all_mechanisms(c.scram).mechanisms, all_mechanisms(c.scram));
        EXPECT_EQ(made.names(), c.names) << c.what;
        EXPECT_EQ(made.binds(), !c.names.empty() && c.names.front() == kPlus) << c.what;
        for (const auto& mechanism : sasl::mechanisms()) {
            EXPECT_EQ(made.has(mechanism),
                      std::ranges::find(c.names, mechanism.name) != c.names.end());
        }
    }
}

TEST(Offer, WhatNeedsMoreThanAPasswordIsOfferedWhereItIsThere) {
    using sasl::ProofKind;
    settings::AuthSettings settings;
    for (const auto& mechanism : sasl::mechanisms()) {
        settings.mechanisms.emplace_back(mechanism.name);
    }
    OfferFacts facts{.tls = true};
    EXPECT_EQ(offer(facts, settings.mechanisms, settings).names(), (Names{"PLAIN", "LOGIN"}));
    facts.tokens = true;
    EXPECT_EQ(offer(facts, settings.mechanisms, settings).names(),
              (Names{"OAUTHBEARER", "XOAUTH2", "PLAIN", "LOGIN"}));
    facts.tokens = false;
    facts.certificate = true;
    EXPECT_EQ(offer(facts, settings.mechanisms, settings).names(),
              (Names{"EXTERNAL", "PLAIN", "LOGIN"}));
    facts.certificate = false;
    facts.covers = {
        {ProofKind::scram_sha512, 0}, {ProofKind::scram_sha1, 3}, {ProofKind::cram_md5, 3}};
    EXPECT_EQ(offer(facts, settings.mechanisms, settings).names(),
              (Names{"SCRAM-SHA-512", "CRAM-MD5", "PLAIN", "LOGIN"}))
        << "an account without a verifier keeps SCRAM back, and CRAM-MD5 not";
    settings.scram = "off";
    EXPECT_EQ(offer(facts, settings.mechanisms, settings).names(),
              (Names{"CRAM-MD5", "PLAIN", "LOGIN"}));
    facts.tls = false;
    EXPECT_EQ(offer(facts, settings.mechanisms, settings).names(), Names{});
}

TEST(Offer, NamesOnlyWhatTheSettingsAllow) {
    settings::AuthSettings settings;
    settings.mechanisms = {"SCRAM-SHA-256-PLUS"};
    EXPECT_EQ(offer({true, true, true, kAll}, settings.mechanisms, settings).names(), Names{kPlus});
    EXPECT_EQ(offer({true, true, false, kAll}, settings.mechanisms, settings).names(), Names{});
    settings.mechanisms = {};
    EXPECT_EQ(offer({true, true, true, kAll}, settings.mechanisms, settings).names(), Names{});
}

}  // namespace
}  // namespace signet::submission
