#include "identity/password_rules.h"

#include <gtest/gtest.h>

namespace signet::identity {
namespace {

const PasswordRules kAnn{.min_length = 8,
                         .words = context_words("ann.lee@shop.example.com", {"mail.example.com"})};

bool taken(std::string_view password) { return reason_against(password, kAnn).empty(); }

TEST(PasswordRules, LengthDecidesAndNothingIsAskedOfKinds) {
    EXPECT_FALSE(taken("seven77"));
    EXPECT_TRUE(taken("eighteig"));
    EXPECT_TRUE(taken("        correct        "));
    EXPECT_TRUE(taken("13572468"));
    EXPECT_TRUE(taken(std::string(64, 'q')));
    EXPECT_TRUE(taken(std::string(511, 'q')));
    EXPECT_FALSE(taken(std::string(512, 'q')));
    EXPECT_TRUE(taken("пароль-й"));  // eight characters
    EXPECT_FALSE(taken("пароль-"));  // seven, in thirteen octets
    EXPECT_FALSE(taken("tab\tinside"));
    EXPECT_FALSE(taken("not utf-8 \xFF"));
}

TEST(PasswordRules, WhatEverybodyTriesFirstIsRefused) {
    for (const auto* word :
         {"ann.lee@shop.example.com", "ANN.LEE@SHOP.EXAMPLE.COM", "annlee2026", "2026annlee!",
          "example.com", "Shop-Example", "exampleexample", "signet123", "Signet-Signet",
          "mail.example.com", "lee_ann_lee", "signetshop1"}) {
        EXPECT_FALSE(taken(word)) << word;
    }
}

TEST(PasswordRules, AWordInsideAPasswordIsNoReason) {
    for (const auto* word : {"annotated horses", "my example is long", "signetring of aunt",
                             "com.comcom", "leek and potato"}) {
        EXPECT_TRUE(taken(word)) << word;
    }
}

TEST(PasswordRules, WordsAreThoseOfTheAccount) {
    EXPECT_EQ(context_words("shop", {}), (std::vector<std::string>{"signet", "shop"}));
    EXPECT_EQ(context_words("x@y.example", {}),
              (std::vector<std::string>{"signet", "xyexample", "yexample"}));
}

}  // namespace
}  // namespace signet::identity
