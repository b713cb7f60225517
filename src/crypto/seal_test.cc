#include "crypto/seal.h"

#include "base/text.h"

#include <gtest/gtest.h>

#include <set>

namespace signet::crypto {
namespace {

Secret key(char octet = 'k') { return Secret{std::string(kSealKeySize, octet)}; }

class SealTest : public testing::Test {
protected:
    SeededEntropy entropy_{7};
    Seal seal_{key(), entropy_};
};

TEST_F(SealTest, OpensWhatItClosedAndShowsNothingOfIt) {
    for (const auto& value : {std::string{}, std::string{"x"}, std::string(10'000, 'v')}) {
        const auto sealed = seal_.close(value, "ann/password_hash");
        EXPECT_EQ(sealed.size(), value.size() + kSealOverhead);
        EXPECT_EQ(sealed.find("vvvv"), std::string::npos);
        EXPECT_EQ(seal_.open(sealed, "ann/password_hash"), value);
    }
}

TEST_F(SealTest, TheSameValueIsNeverSealedAlike) {
    std::set<std::string> seen;
    for (int i = 0; i < 100; ++i) EXPECT_TRUE(seen.insert(seal_.close("value", "place")).second);
}

TEST_F(SealTest, AnotherPlaceAnotherKeyAndEveryChangedOctetFailToOpen) {
    const auto sealed = seal_.close("value", "ann/password_hash");
    EXPECT_FALSE(seal_.open(sealed, "bob/password_hash"));
    EXPECT_FALSE(seal_.open(sealed, ""));
    EXPECT_FALSE((Seal{key('j'), entropy_}.open(sealed, "ann/password_hash")));
    for (std::size_t i = 0; i < sealed.size(); ++i) {
        auto changed = sealed;
        changed[i] ^= 1;
        EXPECT_FALSE(seal_.open(changed, "ann/password_hash")) << i;
        EXPECT_FALSE(seal_.open(sealed.substr(0, i), "ann/password_hash")) << i;
    }
    EXPECT_FALSE(seal_.open(sealed + '\0', "ann/password_hash"));
}

// draft-irtf-cfrg-xchacha-03 §A.3.1: the same octets as everybody's XChaCha20-Poly1305.
TEST_F(SealTest, OpensTheVectorOfTheDraft) {
    const Seal seal{
        Secret{*unhex("808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f")},
        entropy_};
    const auto sealed = *unhex(
        "404142434445464748494a4b4c4d4e4f5051525354555657"
        "bd6d179d3e83d43b9576579493c0e939572a1700252bfaccbed2902c21396cbb"
        "731c7f1b0b4aa6440bf3a82f4eda7e39ae64c6708c54c216cb96b72e1213b452"
        "2f8c9ba40db5d945b11b69b982c1bb9e3f3fac2bc369488f76b2383565d3fff9"
        "21f9664c97637da9768812f615c68b13b52ec0875924c1c7987947deafd8780a"
        "cf49");
    EXPECT_EQ(seal.open(sealed, *unhex("50515253c0c1c2c3c4c5c6c7")),
              "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the "
              "future, sunscreen would be it.");
}

TEST_F(SealTest, DerivedKeysDifferByPurposeAndByKey) {
    const auto one = seal_.derive("one");
    EXPECT_EQ(one.size(), kSealKeySize);
    EXPECT_EQ(one.reveal(), seal_.derive("one").reveal());
    EXPECT_NE(one.reveal(), seal_.derive("two").reveal());
    EXPECT_NE(one.reveal(), (Seal{key('j'), entropy_}.derive("one").reveal()));
}

}  // namespace
}  // namespace signet::crypto
