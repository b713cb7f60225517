#include "relay/sign_in.h"

#include "net/run_task.h"

#include <gtest/gtest.h>

namespace signet::relay {
namespace {

constexpr auto kHash = crypto::Hash::sha256;

sasl::SaltPassword wanted(std::string password, std::string salt, unsigned iterations = 4'096) {
    return {kHash, Secret{std::move(password)}, std::move(salt), iterations};
}

std::string salted(Salting& salting, sasl::SaltPassword what) {
    auto made = net::run_task(salting.salted(std::move(what)));
    return made ? std::string{made->reveal()} : "too busy";
}

std::string expected(std::string_view password, std::string_view salt, unsigned iterations) {
    return std::string{crypto::pbkdf2(kHash, password, salt, iterations).reveal()};
}

TEST(Salting, WhatIsRememberedBelongsToItsPasswordSaltAndRounds) {
    Salting salting;
    for (int round = 0; round < 2; ++round) {
        EXPECT_EQ(salted(salting, wanted("pencil", "salt")), expected("pencil", "salt", 4'096));
        EXPECT_EQ(salted(salting, wanted("pencil", "other")), expected("pencil", "other", 4'096));
        EXPECT_EQ(salted(salting, wanted("pen", "salt")), expected("pen", "salt", 4'096));
        EXPECT_EQ(salted(salting, wanted("pen", "cilsalt")), expected("pen", "cilsalt", 4'096));
        EXPECT_EQ(salted(salting, wanted("pencil", "salt", 5'000)),
                  expected("pencil", "salt", 5'000));
    }
}

TEST(Salting, ASaltThatChangesEachTimeIsAnsweredBeyondWhatIsRemembered) {
    Salting salting;
    for (std::size_t i = 0; i < 2 * Salting::kMost + 1; ++i) {
        const auto salt = "salt" + std::to_string(i);
        EXPECT_EQ(salted(salting, wanted("pencil", salt)), expected("pencil", salt, 4'096));
    }
    EXPECT_EQ(salted(salting, wanted("pencil", "salt0")), expected("pencil", "salt0", 4'096));
}

}  // namespace
}  // namespace signet::relay
