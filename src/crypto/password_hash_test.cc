#include "crypto/password_hash.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace signet::crypto {
namespace {

constexpr Argon2idCost kCheap{.memory_octets = 64u << 10, .passes = 1};

TEST(PasswordHash, WhatArgon2idMadeItVerifies) {
    SeededEntropy entropy{1};
    const auto stored = argon2id_hash("correct horse", kCheap, entropy);
    ASSERT_TRUE(stored);
    EXPECT_TRUE(stored->starts_with("$argon2id$v=19$m=64,t=1,p=1$")) << *stored;
    EXPECT_EQ(argon2id_verify(*stored, "correct horse"), true);
    EXPECT_EQ(argon2id_verify(*stored, "correct horsf"), false);
    EXPECT_EQ(argon2id_verify(*stored, ""), false);
    EXPECT_EQ(argon2id_verify(*stored, std::string("correct horse\0", 14)), false);
}

TEST(PasswordHash, EachHashHasItsOwnSalt) {
    SeededEntropy entropy{1};
    EXPECT_NE(argon2id_hash("a", kCheap, entropy).value(),
              argon2id_hash("a", kCheap, entropy).value());
}

TEST(PasswordHash, TheDefaultCostIsWrittenIntoTheHash) {
    SeededEntropy entropy{2};
    const auto stored = argon2id_hash("a", {}, entropy);
    ASSERT_TRUE(stored);
    EXPECT_TRUE(stored->starts_with("$argon2id$v=19$m=19456,t=2,p=1$")) << *stored;
    EXPECT_EQ(argon2id_verify(*stored, "a"), true);
}

TEST(PasswordHash, ADecoyHasTheShapeOfAHashAndOpensForNobody) {
    SeededEntropy entropy{3};
    const auto hash = argon2id_hash("a", kCheap, entropy).value();
    const auto decoy = argon2id_decoy(kCheap, entropy);
    EXPECT_EQ(decoy.size(), hash.size());
    EXPECT_EQ(decoy.substr(0, 28), hash.substr(0, 28));
    for (const auto* password : {"", "a", "decoy"}) {
        EXPECT_EQ(argon2id_verify(decoy, password), false);
    }
}

// Made by others: the reference implementation's first example, OpenSSL's Argon2 by way of
// python3-cryptography (p = 4), the papers named, and yescrypt by Python's crypt module.
TEST(PasswordHash, HashesOfOtherProgramsVerify) {
    struct Case {
        std::string stored, password;
    };
    const Case argon2[] = {
        {"$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb"
         "2GRPPc",
         "password"},
        {"$argon2id$v=19$m=256,t=2,p=2$c29tZXNhbHQ$bQk8UB/VmZZF4Oo79iDXuL5/0ttZwg2f/5U5"
         "2iv1cDc",
         "password"},
        {"$argon2id$v=19$m=1024,t=3,p=4$MDEyMzQ1Njc4OWFiY2RlZg$/rSFH8JRMEIdc/ZYF5OLJYa6M3k"
         "TEkfztJ5Zu5e8dUo",
         "p\xC3\xA4ssword"},
    };
    for (const auto& c : argon2) {
        EXPECT_EQ(argon2id_verify(c.stored, c.password), true) << c.stored;
        EXPECT_EQ(argon2id_verify(c.stored, c.password + "x"), false) << c.stored;
    }
    const Case crypt3[] = {
        // https://www.akkadia.org/drepper/SHA-crypt.txt
        {"$6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl/O817G3uBnIFNjnQJuesI68u4OTLiBFdcbYEdF"
         "CoEOfaS35inz1",
         "Hello world!"},
        {"$6$rounds=10000$saltstringsaltst$OW1/O6BYHV6BcXZu8QVeXbDWra3Oeqh0sbHbbMCVNSnCM/UrjmM0Dp"
         "8vOuZeHBy/YTBmSK6H9qs/y3RnOaw5v.",
         "Hello world!"},
        // https://www.openwall.com/crypt/ test vectors of bcrypt
        {"$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW", "U*U"},
        {"$2b$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW", "U*U"},
        {"$2y$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW", "U*U"},
        {"$y$j9T$F5Jx5fExrKuPp53xLKQ..1$rPeawue/nS.5CE6nTU9GpACAbn46u5ZGm.W6wf1Q.RD", "pencil"},
        {"$y$j75$F5Jx5fExrKuPp53xLKQ..1$ZZk4Wq3zBBM9B7MxvDKfRXpJ7vFEg1eScQsxRdJWyAA", "pencil"},
    };
    for (const auto& c : crypt3) {
        EXPECT_EQ(crypt3_verify(c.stored, c.password), true) << c.stored;
        EXPECT_EQ(crypt3_verify(c.stored, "x" + c.password), false) << c.stored;
    }
}

// CWE-626: crypt(3) stops at a NUL, so the octets behind it would not count.
TEST(PasswordHash, security_09_a_nul_in_a_password_never_shortens_it) {
    const std::string stored = "$2b$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW";
    EXPECT_EQ(crypt3_verify(stored, "U*U"), true);
    EXPECT_EQ(crypt3_verify(stored, std::string("U*U\0", 4)), false);
    EXPECT_EQ(crypt3_verify(stored, std::string("U*U\0tail", 8)), false);
    EXPECT_EQ(crypt3_verify(stored, std::string(600, 'a')), false);
}

TEST(PasswordHash, AHashThatTheLibraryDoesNotTakeIsAFaultAndNotAWrongPassword) {
    for (const auto* stored : {"", "$argon2id$", "$argon2id$v=19$m=64,t=1,p=1$!!!!$!!!!", "x"}) {
        const auto answer = argon2id_verify(stored, "a");
        ASSERT_FALSE(answer) << stored;
        EXPECT_EQ(answer.error(), HashFault::unusable);
    }
    for (const auto* stored : {"*", "$2b$99$CCCCCCCCCCCCCCCCCCCCC.", "$9$x$y"}) {
        const auto answer = crypt3_verify(stored, "a");
        ASSERT_FALSE(answer) << stored;
        EXPECT_EQ(answer.error(), HashFault::unusable);
    }
}

TEST(PasswordHash, FaultsHaveTheirWords) {
    EXPECT_EQ(name(HashFault::no_memory), "no_memory");
    EXPECT_EQ(name(HashFault::unusable), "unusable");
}

}  // namespace
}  // namespace signet::crypto
