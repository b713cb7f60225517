#include "sasl/mechanism.h"

#include <gtest/gtest.h>

#include <set>

namespace signet::sasl {
namespace {

TEST(Mechanisms, AreFoundWithoutRegardToCase) {
    ASSERT_NE(find_mechanism("plain"), nullptr);
    EXPECT_EQ(find_mechanism("plain")->name, "PLAIN");
    EXPECT_EQ(find_mechanism("LoGiN")->name, "LOGIN");
    for (const auto* other :
         {"", "PLAI", "PLAINX", "ANONYMOUS", "DIGEST-MD5", "PLAIN ", "PLAIN\r"}) {
        EXPECT_EQ(find_mechanism(other), nullptr) << other;
    }
}

// RFC 4422 §3.1: 1 to 20 of A-Z, 0-9, "-" and "_".
TEST(Mechanisms, HaveNamesAsTheRegistryAsksAndEachBeginsAnExchange) {
    std::set<std::string_view> names;
    for (const auto& mechanism : mechanisms()) {
        EXPECT_TRUE(names.insert(mechanism.name).second);
        EXPECT_GE(mechanism.name.size(), 1u);
        EXPECT_LE(mechanism.name.size(), 20u);
        EXPECT_EQ(mechanism.name.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_"),
                  std::string_view::npos);
        EXPECT_NE(mechanism.begin({.server_nonce = "0123456789abcdef"}), nullptr);
    }
    EXPECT_EQ(names.size(), 12u);
}

TEST(Mechanisms, PlainAndLoginShowThePassword) {
    EXPECT_EQ(find_mechanism("PLAIN")->needs, Needs::password_check);
    EXPECT_EQ(find_mechanism("LOGIN")->needs, Needs::password_check);
}

// RFC 5802 §4, RFC 7677 §3: the name says whether the exchange is tied to its connection.
TEST(Mechanisms, ThoseThatBindAreNamedPlusAndStandBeforeTheirTwins) {
    for (const auto& mechanism : mechanisms()) {
        EXPECT_EQ(mechanism.name.ends_with("-PLUS"), mechanism.binds) << mechanism.name;
        if (!mechanism.binds) continue;
        const auto* twin = find_mechanism(name(mechanism.proof));
        ASSERT_NE(twin, nullptr) << mechanism.name;
        EXPECT_EQ(std::string{twin->name} + "-PLUS", mechanism.name);
        EXPECT_LT(&mechanism, twin);
        EXPECT_EQ(mechanism.proof, twin->proof);
    }
}

TEST(Mechanisms, WhatNeedsAVerifierIsNamedAfterIt) {
    for (const auto kind : proof_kinds()) {
        const auto* mechanism = find_mechanism(name(kind));
        ASSERT_NE(mechanism, nullptr) << name(kind);
        EXPECT_EQ(mechanism->needs, Needs::verifier);
        EXPECT_EQ(mechanism->proof, kind);
        EXPECT_EQ(proof_kind_of(name(kind)), kind);
        EXPECT_EQ(mechanism->name.starts_with("SCRAM-"), scram_hash(kind).has_value());
    }
    EXPECT_FALSE(proof_kind_of("PLAIN"));
}

}  // namespace
}  // namespace signet::sasl
