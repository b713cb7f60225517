#include "identity/app_passwords.h"

#include <gtest/gtest.h>

#include <set>

namespace signet::identity {
namespace {

Secret secret(std::string_view text) { return Secret::copy_of(text); }
AppPasswords site(char key = 'k') { return AppPasswords{Secret{std::string(32, key)}}; }

TEST(AppPasswords, AreSixGroupsOfFourLettersAndEachIsAnother) {
    SeededEntropy entropy{3};
    std::set<std::string> made;
    std::set<char> letters;
    for (int i = 0; i < 200; ++i) {
        const auto password = make_app_password(entropy);
        const auto text = password.reveal();
        ASSERT_EQ(text.size(), 29u);
        for (std::size_t at = 0; at < text.size(); ++at) {
            if (at % 5 == 4)
                EXPECT_EQ(text[at], '-');
            else
                letters.insert(text[at]);
        }
        EXPECT_FALSE(site().digest("ann", password).empty());
        EXPECT_TRUE(made.insert(std::string{text}).second);
    }
    EXPECT_EQ(letters.size(), 26u);
    EXPECT_EQ(*letters.begin(), 'a');
    EXPECT_EQ(*letters.rbegin(), 'z');
}

TEST(AppPasswords, OpenHoweverTheyAreWritten) {
    const std::string shown = "kfvn-qpas-wmzt-reyb-hcod-xilu";
    const auto digest = site().digest("ann", secret(shown));
    ASSERT_EQ(digest.size(), 64u);
    for (const auto* written :
         {"kfvnqpaswmztreybhcodxilu", "KFVN QPAS WMZT REYB HCOD XILU",
          " kfvn-qpas wmzt--reyb hcodxilu ", "Kfvn-Qpas-Wmzt-Reyb-Hcod-Xilu"}) {
        EXPECT_EQ(site().digest("ann", secret(written)), digest) << written;
    }
    for (const auto* other : {"kfvnqpaswmztreybhcodxilv", "kfvnqpaswmztreybhcodxil"}) {
        EXPECT_NE(site().digest("ann", secret(other)), digest) << other;
    }
    EXPECT_NE(site().digest("bob", secret(shown)), digest);
    EXPECT_NE(site('j').digest("ann", secret(shown)), digest);
}

TEST(AppPasswords, WhatLooksLikeNoneHasNoDigest) {
    for (const auto& other :
         {std::string{}, std::string{"pencil"}, std::string(25, 'a'), std::string(23, 'a'),
          std::string(24, '1'), std::string(23, 'a') + "_",
          std::string(24, 'a') + std::string(200, ' '), std::string(23, 'a') + "\xC3\xA4"}) {
        EXPECT_EQ(site().digest("ann", secret(other)), "") << other;
    }
}

}  // namespace
}  // namespace signet::identity
