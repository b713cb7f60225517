#include "identity/password_hasher.h"

#include <gtest/gtest.h>

namespace signet::identity {
namespace {

constexpr crypto::Argon2idCost kCheap{.memory_octets = 64u << 10, .passes = 2};

TEST(Argon2idHasher, VerifiesEveryFormatThatIsTaken) {
    SeededEntropy entropy{1};
    const Argon2idHasher hasher{kCheap, entropy};
    struct Case {
        std::string stored, password;
    };
    const Case cases[] = {
        {hasher.hash("pencil").value(), "pencil"},
        {"{SHA512-CRYPT}$6$rounds=1000$abcdefgh$DJI.2uhj5sIL78lASBK4XeVpK5/dsTOX9A0.ZNiN/ljXPDb740"
         "KHitAfhmsNxUG8gGh8tbSWEtUOoqsjWymFY.",
         "p\xC3\xA4ss"},
        {"{BLF-CRYPT}$2y$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW", "U*U"},
        {"$y$j75$F5Jx5fExrKuPp53xLKQ..1$ZZk4Wq3zBBM9B7MxvDKfRXpJ7vFEg1eScQsxRdJWyAA", "pencil"},
    };
    for (const auto& c : cases) {
        const auto format = parse_password_format(c.stored);
        ASSERT_TRUE(format) << c.stored;
        EXPECT_EQ(hasher.verify(*format, c.password), true) << c.stored;
        EXPECT_EQ(hasher.verify(*format, c.password + "s"), false) << c.stored;
    }
}

TEST(Argon2idHasher, TheDecoyCostsWhatANewHashCosts) {
    SeededEntropy entropy{2};
    const Argon2idHasher hasher{kCheap, entropy};
    const auto made = parse_password_format(hasher.hash("pencil").value());
    EXPECT_EQ(hasher.decoy().scheme, made->scheme);
    EXPECT_EQ(hasher.decoy().memory_octets, made->memory_octets);
    EXPECT_EQ(hasher.decoy().passes, made->passes);
    EXPECT_EQ(hasher.decoy().lanes, made->lanes);
    EXPECT_EQ(hasher.verify(hasher.decoy(), "pencil"), false);
}

TEST(Argon2idHasher, AHashIsOutdatedWhenItIsWeakerThanANewOne) {
    SeededEntropy entropy{3};
    const Argon2idHasher hasher{{.memory_octets = 19u << 20, .passes = 2}, entropy};
    const auto argon2 = [](unsigned memory_kib, unsigned passes) {
        return PasswordFormat{PasswordScheme::argon2id, "", std::uint64_t{memory_kib} * 1'024,
                              passes, 1};
    };
    EXPECT_FALSE(hasher.outdated(hasher.decoy()));
    EXPECT_FALSE(hasher.outdated(argon2(19'456, 2)));
    EXPECT_FALSE(hasher.outdated(argon2(65'536, 3)));
    EXPECT_TRUE(hasher.outdated(argon2(19'455, 2)));
    EXPECT_TRUE(hasher.outdated(argon2(19'456, 1)));
    EXPECT_TRUE(hasher.outdated({PasswordScheme::bcrypt, "", 0, 15, 1}));
    EXPECT_TRUE(hasher.outdated({PasswordScheme::sha512_crypt, "", 0, 1'000'000, 1}));
    EXPECT_TRUE(hasher.outdated({PasswordScheme::yescrypt, "", 256u << 20, 1, 1}));
}

TEST(Argon2idHasher, AnyNumberOfOctetsIsTakenInWholeKibibytes) {
    SeededEntropy entropy{4};
    const Argon2idHasher hasher{{.memory_octets = 100'000, .passes = 1}, entropy};
    const auto made = parse_password_format(hasher.hash("pencil").value());
    EXPECT_EQ(made->memory_octets, 97u * 1'024);
    EXPECT_FALSE(hasher.outdated(*made)) << "or it would be made anew at every sign-in";
    EXPECT_EQ(hasher.verify(*made, "pencil"), true);
}

}  // namespace
}  // namespace signet::identity
