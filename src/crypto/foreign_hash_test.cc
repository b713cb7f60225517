#include "crypto/foreign_hash.h"

#include <gtest/gtest.h>

#include <string>

namespace signet::crypto {
namespace {

std::string unhex(std::string_view text) {
    std::string octets;
    for (std::size_t i = 0; i < text.size(); i += 2) {
        octets += static_cast<char>(std::stoi(std::string{text.substr(i, 2)}, nullptr, 16));
    }
    return octets;
}

// RFC 1321 §A.5, FIPS 180-4's "abc", and the salt behind the password.
TEST(ForeignHash, digests_of_the_standards) {
    struct Case {
        ForeignDigest digest;
        std::string_view hex;
    };
    const Case cases[] = {
        {ForeignDigest::md5, "900150983cd24fb0d6963f7d28e17f72"},
        {ForeignDigest::sha1, "a9993e364706816aba3e25717850c26c9cd0d89d"},
        {ForeignDigest::sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
        {ForeignDigest::sha512,
         "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a"
         "3"
         "feebbd454d4423643ce80e2a9ac94fa54ca49f"},
    };
    for (const auto& one : cases) {
        const auto stored = unhex(one.hex);
        EXPECT_EQ(digest_size(one.digest), stored.size());
        EXPECT_EQ(digest_verify(one.digest, stored, "", "abc"), true);
        EXPECT_EQ(digest_verify(one.digest, stored, "c", "ab"), true);
        EXPECT_EQ(digest_verify(one.digest, stored, "d", "ab"), false);
        EXPECT_EQ(digest_verify(one.digest, stored.substr(1), "", "abc"), false);
    }
}

TEST(ForeignHash, pbkdf2_of_rfc_6070) {
    EXPECT_EQ(pbkdf2_sha1_verify(unhex("0c60c80f961f0e71f3a9b524af6012062fe037a6"), "salt", 1,
                                 "password"),
              true);
    EXPECT_EQ(pbkdf2_sha1_verify(unhex("4b007901b765489abead49d926f721d065a429c1"), "salt", 4'096,
                                 "password"),
              true);
    EXPECT_EQ(pbkdf2_sha1_verify(unhex("4b007901b765489abead49d926f721d065a429c1"), "salt", 4'095,
                                 "password"),
              false);
}

// The first of the reference implementation's own tests for Argon2i, version 1.3.
TEST(ForeignHash, argon2i_of_the_reference_implementation) {
    constexpr auto kStored =
        "$argon2i$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$wWKIMhR9lyDFvRz9YTZweHKfbftvj+qf+YFY4NeBbtA";
    EXPECT_EQ(argon2i_verify(kStored, "password"), true);
    EXPECT_EQ(argon2i_verify(kStored, "passwore"), false);
    EXPECT_EQ(argon2i_verify("$argon2i$v=19$m=8,t=1$broken", "password").error(),
              HashFault::unusable);
}

}  // namespace
}  // namespace signet::crypto
