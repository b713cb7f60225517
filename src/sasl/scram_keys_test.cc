#include "sasl/scram_keys.h"

#include "base/base64.h"

#include <gtest/gtest.h>

namespace signet::sasl::scram {
namespace {

// RFC 5802 §2.2: Normalize() is SASLprep.
TEST(ScramKeys, APasswordIsPreparedAsTheStandardSays) {
    struct Case {
        std::string presented, prepared;
    };
    const Case cases[] = {
        {"pencil", "pencil"},         {"I\u00ADX", "IX"}, {"\uFB01sh", "fish"},
        {"cafe\u0301", "caf\u00E9"},  {"\u00AA", "a"},    {"a\u00A0b", "a b"},
        {"\U0001F511", "\U0001F511"}, {"tab\t", "tab\t"}, {"\u0378", "\u0378"},
    };
    for (const auto& c : cases) {
        EXPECT_EQ(normalized(Secret::copy_of(c.presented)).reveal(), c.prepared);
    }
}

// RFC 7677 §3: login "user", password "pencil".
TEST(ScramKeys, ProofAndSignatureAreThoseOfRfc7677) {
    constexpr auto kHash = crypto::Hash::sha256;
    const std::string auth_message =
        "n=user,r=rOprNGfwEbeRWgbNEkqO,"
        "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096,"
        "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
    const auto salted =
        crypto::pbkdf2(kHash, "pencil", *unbase64("W22ZaJ0SNY7soEsUEjb6gQ=="), 4'096);
    const auto keys = keys_of(kHash, salted);
    const auto proof = unmask(kHash, keys.stored_key, auth_message, keys.client_key.reveal());
    EXPECT_EQ(base64(proof.reveal()), "dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=");
    EXPECT_EQ(unmask(kHash, keys.stored_key, auth_message, proof.reveal()).reveal(),
              keys.client_key.reveal());
    EXPECT_EQ(base64(crypto::hmac(kHash, keys.server_key, auth_message)),
              "6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=");
}

}  // namespace
}  // namespace signet::sasl::scram
