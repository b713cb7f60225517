#include "crypto/digest.h"

#include "base/base64.h"
#include "base/text.h"
#include "base/vectors.h"

#include <gtest/gtest.h>
#include <boost/json.hpp>

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

TEST(Digest, Sha512GivesTheExampleOfTheStandardAndTheVectorsOfRfc4231) {
    EXPECT_EQ(hex(digest(Hash::sha512, "abc")),
              "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
              "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f");
    EXPECT_EQ(hex(hmac(Hash::sha512, std::string(20, '\x0b'), "Hi There")),
              "87aa7cdea5ef619d4ff0b4241a1d6cb02379f4e2ce4ec2787ad0b30545e17cde"
              "daa833b7d6b8a702038b274eaea3f4e4be9d914eeb61f1702e696c203a126854");
    EXPECT_EQ(digest(Hash::sha512, "").size(), digest_size(Hash::sha512));
}

// RFC 7914 §11 for SHA-256; the salted password of RFC 7677 §3 is what its proof comes from.
TEST(Digest, Pbkdf2GivesTheVectorsOfRfc7914) {
    EXPECT_EQ(hex(pbkdf2(Hash::sha256, "passwd", "salt", 1).reveal()),
              "55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc");
    EXPECT_EQ(hex(pbkdf2(Hash::sha256, "Password", "NaCl", 80'000).reveal()),
              "4ddcd8f60b98be21830cee5ef22701f9641a4418d04c0414aeff08876b34ab56");
    EXPECT_EQ(pbkdf2(Hash::sha512, "", "", 1).size(), digest_size(Hash::sha512));
}

TEST(Digest, Pbkdf2GivesTheStoredKeyBehindTheExampleOfRfc7677) {
    const auto salt = *unbase64("W22ZaJ0SNY7soEsUEjb6gQ==");
    const auto salted = pbkdf2(Hash::sha256, "pencil", salt, 4'096);
    EXPECT_EQ(base64(sha256(hmac_sha256(salted.reveal(), "Client Key"))),
              "WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=");
    EXPECT_EQ(base64(hmac_sha256(salted.reveal(), "Server Key")),
              "wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=");
}

// One group of cases: what the key, the text and the tag are called differs by kind.
using Check = void (*)(Hash hash, const boost::json::object& test);
void run_wycheproof(std::string_view file, Hash hash, Check check) {
    const auto text = read_vectors(file);
    if (!text) GTEST_SKIP() << kNoVectors;
    const auto document = boost::json::parse(*text);
    std::size_t cases = 0;
    for (const auto& group : document.at("testGroups").as_array()) {
        for (const auto& test : group.at("tests").as_array()) {
            check(hash, test.as_object());
            ++cases;
        }
    }
    EXPECT_EQ(cases, static_cast<std::size_t>(document.at("numberOfTests").as_int64()));
}
std::string octets(const boost::json::object& test, std::string_view name) {
    return *unhex(test.at(name).as_string());
}

void check_mac(Hash hash, const boost::json::object& test) {
    const auto tag = octets(test, "tag");
    const auto code = hmac(hash, octets(test, "key"), octets(test, "msg")).substr(0, tag.size());
    EXPECT_EQ(equal_in_constant_time(code, tag), test.at("result").as_string() == "valid")
        << test.at("tcId") << test.at("comment");
}
void check_pbkdf2(Hash hash, const boost::json::object& test) {
    const auto wanted = octets(test, "dk");
    const auto rounds = static_cast<unsigned>(test.at("iterationCount").as_int64());
    // Ours is one digest long: the first block of a longer key.
    const auto key = pbkdf2(hash, octets(test, "password"), octets(test, "salt"), rounds);
    const auto size = std::min(wanted.size(), key.size());
    EXPECT_EQ(hex(key.reveal().substr(0, size)), hex(wanted.substr(0, size))) << test.at("tcId");
}

TEST(Digest, WycheproofHmacSha256) {
    run_wycheproof("wycheproof_hmac_sha256_test.json", Hash::sha256, check_mac);
}
TEST(Digest, WycheproofHmacSha512) {
    run_wycheproof("wycheproof_hmac_sha512_test.json", Hash::sha512, check_mac);
}
TEST(Digest, WycheproofPbkdf2Sha256) {
    run_wycheproof("wycheproof_pbkdf2_hmacsha256_test.json", Hash::sha256, check_pbkdf2);
}
TEST(Digest, WycheproofPbkdf2Sha512) {
    run_wycheproof("wycheproof_pbkdf2_hmacsha512_test.json", Hash::sha512, check_pbkdf2);
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
