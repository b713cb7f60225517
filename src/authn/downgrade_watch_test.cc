#include "authn/downgrade_watch.h"

#include <gtest/gtest.h>

namespace signet::authn {
namespace {

const sasl::Mechanism& mechanism(std::string_view name) { return *sasl::find_mechanism(name); }

class Watch : public ::testing::Test {
protected:
    std::string_view once(std::string_view now, DowngradeWatch::Client client = ann()) {
        const auto* found = watch_.signed_in(client, mechanism(now));
        return found ? found->name : std::string_view{};
    }
    static DowngradeWatch::Client ann() { return {"ann", "192.0.2.1", "laptop.example"}; }

    DowngradeWatch watch_{4};
};

TEST_F(Watch, TellsOnceOfAClientThatShowsItsPasswordThoughItKnewBetter) {
    EXPECT_EQ(once("SCRAM-SHA-256-PLUS"), "");
    EXPECT_EQ(once("SCRAM-SHA-256"), "SCRAM-SHA-256-PLUS");
    EXPECT_EQ(once("PLAIN"), "SCRAM-SHA-256");
    EXPECT_EQ(once("PLAIN"), "") << "it has been said";
    EXPECT_EQ(once("SCRAM-SHA-1-PLUS"), "");
    EXPECT_EQ(once("LOGIN"), "SCRAM-SHA-1-PLUS");
    EXPECT_EQ(once("CRAM-MD5"), "");
    EXPECT_EQ(once("PLAIN"), "CRAM-MD5");
}

TEST_F(Watch, WhatIsAsGoodIsNoDowngrade) {
    EXPECT_EQ(once("PLAIN"), "");
    EXPECT_EQ(once("LOGIN"), "");
    EXPECT_EQ(once("SCRAM-SHA-512"), "");
    EXPECT_EQ(once("SCRAM-SHA-1"), "");
}

// Something else to have, not the same shown more openly.
TEST_F(Watch, TokensAndCertificatesAreNotCompared) {
    EXPECT_EQ(once("SCRAM-SHA-256"), "");
    EXPECT_EQ(once("XOAUTH2"), "");
    EXPECT_EQ(once("EXTERNAL"), "");
    EXPECT_EQ(once("PLAIN"), "SCRAM-SHA-256") << "and they hide nothing";
}

TEST_F(Watch, AnotherAccountNetworkOrProgramIsAnotherClient) {
    EXPECT_EQ(once("SCRAM-SHA-256"), "");
    EXPECT_EQ(once("PLAIN", {"bob", "192.0.2.1", "laptop.example"}), "");
    EXPECT_EQ(once("PLAIN", {"ann", "192.0.2.2", "laptop.example"}), "");
    EXPECT_EQ(once("PLAIN", {"ann", "192.0.2.1", "printer.example"}), "");
    EXPECT_EQ(once("PLAIN", {"ann", "192.0.2.1", "Laptop.Example"}), "SCRAM-SHA-256");
}

TEST_F(Watch, ThoseThatHaveBeenAwayLongestAreForgotten) {
    EXPECT_EQ(once("SCRAM-SHA-256"), "");
    for (int i = 0; i < 4; ++i) once("PLAIN", {"someone", std::to_string(i), "x"});
    EXPECT_EQ(once("PLAIN"), "SCRAM-SHA-256") << "still among the last eight";
    once("SCRAM-SHA-256");
    for (int i = 0; i < 20; ++i) once("PLAIN", {"someone", std::to_string(i), "y"});
    EXPECT_EQ(once("PLAIN"), "");
}

}  // namespace
}  // namespace signet::authn
