#include "crypto/digest.h"

#include "base/text.h"

#include <gtest/gtest.h>

namespace signet::crypto {
namespace {

// FIPS 180-4 examples: https://csrc.nist.gov/projects/cryptographic-standards-and-guidelines
TEST(Digest, Sha256GivesTheExamplesOfTheStandard) {
    struct Case {
        std::string text, digest;
    };
    const Case cases[] = {
        {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
        {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
        {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
         "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
        {std::string(1'000'000, 'a'),
         "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"},
    };
    for (const auto& c : cases) EXPECT_EQ(hex(sha256(c.text)), c.digest) << c.text.substr(0, 60);
}

TEST(Digest, HmacGivesTheVectorsOfRfc4231) {
    struct Case {
        std::string what, key, text, code;
    };
    const Case cases[] = {
        {"4.2", std::string(20, '\x0b'), "Hi There",
         "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"},
        {"4.3", "Jefe", "what do ya want for nothing?",
         "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"},
        {"4.4", std::string(20, '\xaa'), std::string(50, '\xdd'),
         "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"},
        {"4.7", std::string(131, '\xaa'), "Test Using Larger Than Block-Size Key - Hash Key First",
         "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"},
    };
    for (const auto& c : cases) EXPECT_EQ(hex(hmac_sha256(c.key, c.text)), c.code) << c.what;
}

TEST(Digest, HmacTakesAnEmptyKeyAndAnEmptyText) {
    EXPECT_EQ(hex(hmac_sha256("", "")),
              "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
    EXPECT_EQ(hmac_sha256(std::string_view{}, ""), hmac_sha256("", ""));
}

TEST(Digest, ConstantTimeComparisonAgreesWithEquality) {
    const std::string a(32, 'a');
    auto last = a, first = a;
    last.back() = 'b';
    first.front() = 'b';
    EXPECT_TRUE(equal_in_constant_time(a, a));
    EXPECT_TRUE(equal_in_constant_time("", ""));
    EXPECT_FALSE(equal_in_constant_time(a, last));
    EXPECT_FALSE(equal_in_constant_time(a, first));
    EXPECT_FALSE(equal_in_constant_time(a, a.substr(1)));
    EXPECT_FALSE(equal_in_constant_time(std::string("a\0b", 3), std::string("a\0c", 3)));
}

}  // namespace
}  // namespace signet::crypto
