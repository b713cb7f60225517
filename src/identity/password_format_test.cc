#include "identity/password_format.h"

#include <gtest/gtest.h>

namespace signet::identity {
namespace {

const std::string kArgon2 =
    "$argon2id$v=19$m=19456,t=2,p=1$MDEyMzQ1Njc4OWFiY2RlZg$/rSFH8JRMEIdc/"
    "ZYF5OLJYa6M3kTEkfztJ5Zu5e8dUo";
const std::string kSha512 =
    "$6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl/"
    "O817G3uBnIFNjnQJuesI68u4OTLiBFdcbYEdFCoEOfaS35"
    "inz1";
const std::string kSha512Hash = kSha512.substr(14);
const std::string kBcrypt = "$2b$12$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW";
const std::string kYescrypt =
    "$y$j9T$F5Jx5fExrKuPp53xLKQ..1$rPeawue/nS.5CE6nTU9GpACAbn46u5ZGm.W6wf1Q.RD";
const std::string kYescryptTail = kYescrypt.substr(6);

std::string argon2(const std::string& parameters) {
    return "$argon2id$v=19$" + parameters +
           "$MDEyMzQ1Njc4OWFiY2RlZg$/rSFH8JRMEIdc/ZYF5OLJYa6M3kTEkfztJ5Zu5e8dUo";
}
std::string sha512(const std::string& parameters) {
    return "$6$" + parameters + "salt$" + kSha512Hash;
}
std::string bcrypt(const std::string& start) { return start + kBcrypt.substr(7); }

TEST(PasswordFormat, EachSchemeIsReadWithItsCost) {
    struct Case {
        std::string stored;
        PasswordScheme scheme;
        std::uint64_t memory_octets;
        unsigned passes, lanes;
    };
    using enum PasswordScheme;
    const Case cases[] = {
        {kArgon2, argon2id, 19'456u << 10, 2, 1},
        {argon2("m=262144,t=16,p=4"), argon2id, 256u << 20, 16, 4},
        {argon2("m=8,t=1,p=1"), argon2id, 8'192, 1, 1},
        {kSha512, sha512_crypt, 0, 5'000, 1},
        {sha512("rounds=1000000$"), sha512_crypt, 0, 1'000'000, 1},
        {sha512("rounds=1000$"), sha512_crypt, 0, 1'000, 1},
        {"$6$$" + kSha512Hash, sha512_crypt, 0, 5'000, 1},
        {kBcrypt, bcrypt, 0, 12, 1},
        {signet::identity::bcrypt("$2a$15$"), bcrypt, 0, 15, 1},
        {signet::identity::bcrypt("$2y$04$"), bcrypt, 0, 4, 1},
        {kYescrypt, yescrypt, 16u << 20, 1, 1},
        {"$y$j75" + kYescryptTail, yescrypt, 1u << 20, 1, 1},
        {"$y$jDT" + kYescryptTail, yescrypt, 256u << 20, 1, 1},
    };
    for (const auto& c : cases) {
        const auto format = parse_password_format(c.stored);
        ASSERT_TRUE(format) << c.stored << " " << name(format.error());
        EXPECT_EQ(format->scheme, c.scheme) << c.stored;
        EXPECT_EQ(format->hash, c.stored);
        EXPECT_EQ(format->memory_octets, c.memory_octets) << c.stored;
        EXPECT_EQ(format->passes, c.passes) << c.stored;
        EXPECT_EQ(format->lanes, c.lanes) << c.stored;
    }
}

TEST(PasswordFormat, DovecotsPrefixIsTakenOffWhenItFits) {
    struct Case {
        std::string stored, hash;
    };
    const Case cases[] = {
        {"{ARGON2ID}" + kArgon2, kArgon2},     {"{SHA512-CRYPT}" + kSha512, kSha512},
        {"{sha512-crypt}" + kSha512, kSha512}, {"{BLF-CRYPT}" + kBcrypt, kBcrypt},
        {"{CRYPT}" + kYescrypt, kYescrypt},    {"{CRYPT}" + kBcrypt, kBcrypt},
        {"{CRYPT}" + kSha512, kSha512},
    };
    for (const auto& c : cases) {
        const auto format = parse_password_format(c.stored);
        ASSERT_TRUE(format) << c.stored;
        EXPECT_EQ(format->hash, c.hash);
    }
}

// The library would compute every one of these, for minutes or with gigabytes.
TEST(PasswordFormat, security_16_a_hash_that_asks_for_too_much_is_never_computed) {
    for (const auto& costly : {
             argon2("m=4194304,t=1,p=1"), argon2("m=262145,t=1,p=1"), argon2("m=19456,t=17,p=1"),
             argon2("m=19456,t=2,p=5"), argon2("m=999999999,t=999999999,p=999999999"),
             sha512("rounds=1000001$"), sha512("rounds=999999999$"), bcrypt("$2b$16$"),
             bcrypt("$2b$31$"),
             "$y$jET" + kYescryptTail,    // 512 MiB
             "$y$jjj" + kYescryptTail,    // 2^48 blocks
             "$y$j9T/." + kYescryptTail,  // with parallelism
         }) {
        const auto format = parse_password_format(costly);
        ASSERT_FALSE(format) << costly;
        EXPECT_EQ(format.error(), FormatFault::too_costly) << costly;
    }
}

TEST(PasswordFormat, LegacyFormatsAreRefusedByName) {
    struct Case {
        std::string stored;
        FormatFault fault;
    };
    using enum FormatFault;
    const Case cases[] = {
        {"", empty},
        {"!", locked},
        {"*", locked},
        {"!" + kSha512, locked},
        {"hunter2", plaintext},
        {"correct horse battery", plaintext},
        {"{PLAIN}hunter2", plaintext},
        {"{plain}" + kArgon2, plaintext},
        {"{CLEARTEXT}x", plaintext},
        {"{unfinished", plaintext},
        {"rEK1ecacw.7.c", des_crypt},
        {"{CRYPT}rEK1ecacw.7.c", des_crypt},
        {"{DES-CRYPT}rEK1ecacw.7.c", des_crypt},
        {"_J9..rasmBYk8r9AiWNc", des_crypt},
        {"$1$abcd0123$9Qcg8DyviekV3tDGMZynJ1", md5_crypt},
        {"{MD5-CRYPT}$1$abcd0123$9Qcg8DyviekV3tDGMZynJ1", md5_crypt},
        {"{CRYPT}$1$abcd0123$9Qcg8DyviekV3tDGMZynJ1", md5_crypt},
        {"$md5,rounds=5000$abc$$xyz", md5_crypt},
        {"$sha1$40000$jtNX3nZ2$hBNaIXkt4wBI2o5rsi8KejSjNqIq", sha1_crypt},
        {"$5$abcd0123$3/Ew2", sha256_crypt},
        {"{SHA256-CRYPT}$5$abcd0123$3/Ew2", sha256_crypt},
        {"{SSHA}abc=", fast_digest},
        {"{SSHA512}abc=", fast_digest},
        {"{NTLM}0123", fast_digest},
        {"$3$$8846f7eaee8fb117ad06bdd830b7586c", fast_digest},
        {"$argon2i$v=19$m=64,t=2,p=1$c29tZXNhbHQ$x", argon2_variant},
        {"$argon2d$v=19$m=64,t=2,p=1$c29tZXNhbHQ$x", argon2_variant},
        {"{ARGON2I}$argon2i$v=19$m=64", argon2_variant},
        {bcrypt("$2x$12$"), unknown_scheme},
        {"$2$12$abc", unknown_scheme},
        {"$7$C6..../....x$y", unknown_scheme},
        {"$gy$j9T$x$y", unknown_scheme},
        {"{SCRAM-SHA-256}4096,x,y,z", unknown_scheme},
        {"{SHA512-CRYPT.HEX}00", unknown_scheme},
        {"{}x", unknown_scheme},
        {"$", unknown_scheme},
    };
    for (const auto& c : cases) {
        const auto format = parse_password_format(c.stored);
        ASSERT_FALSE(format) << c.stored;
        EXPECT_EQ(name(format.error()), name(c.fault)) << c.stored;
    }
}

TEST(PasswordFormat, AKnownSchemeWronglyWrittenIsMalformed) {
    for (const auto& bad : {
             std::string{"$argon2id$"},
             argon2("m=19456,t=2"),
             argon2("m=019456,t=2,p=1"),
             argon2("m=+19456,t=2,p=1"),
             argon2("m=,t=2,p=1"),
             argon2("m=19456,t=0,p=1"),
             argon2("m=19456,t=2,p=0"),
             argon2("m=31,t=2,p=4"),
             argon2("t=2,m=19456,p=1"),
             argon2("m=9999999999,t=2,p=1"),
             kArgon2 + "=",
             kArgon2 + "$",
             kArgon2.substr(0, 50),
             std::string{"$argon2id$v=16"} + kArgon2.substr(14),
             std::string{"$argon2id$v=19$m=64,t=2,p=1$c2FsdA$/rSFH8JRMEIdc/ZYF5OLJYa6M3kTEkfztJ5Z"},
             std::string{"$argon2id$v=19$m=64,t=2,p=1$MDEyMzQ1Njc4OWFiY2RlZg$/rSF"},
             sha512("rounds=999$"),
             sha512("rounds=0$"),
             sha512("rounds=$"),
             sha512("rounds=01000$"),
             kSha512 + "a",
             kSha512.substr(0, kSha512.size() - 1),
             "$6$salt string$" + kSha512Hash,
             "$6$12345678901234567$" + kSha512Hash,
             "$6$salt:$" + kSha512Hash,
             bcrypt("$2b$03$"),
             bcrypt("$2b$1x$"),
             kBcrypt + ".",
             kBcrypt.substr(0, 30),
             std::string{"$2b$12$"},
             "$y$k9T" + kYescryptTail,
             std::string{"$y$"},
             std::string{"$y$j9T"},
             "$y$j" + kYescryptTail,
             "$y$j9T!" + kYescryptTail,
             kYescrypt + ".",
             "$y$j9T$$" + kYescrypt.substr(kYescrypt.size() - 43),
             "$y$j9T$" + std::string(87, 'a') + "$" + kYescrypt.substr(kYescrypt.size() - 43),
             std::string{"{SHA512-CRYPT}"} + kBcrypt,
             std::string{"{BLF-CRYPT}"} + kSha512,
             std::string{"{CRYPT}"},
             std::string(1'025, 'a'),
         }) {
        const auto format = parse_password_format(bad);
        ASSERT_FALSE(format) << bad;
        EXPECT_EQ(name(format.error()), "malformed") << bad;
    }
}

TEST(PasswordFormat, EveryPrefixOfAHashIsRefused) {
    for (const auto& whole : {kArgon2, kSha512, kBcrypt, kYescrypt}) {
        // The last 43 octets of Argon2 may lose some and still be a hash of at least 16 octets.
        const auto least = whole == kArgon2 ? whole.size() - 22 : whole.size();
        for (std::size_t size = 0; size < least; ++size) {
            EXPECT_FALSE(parse_password_format(whole.substr(0, size))) << whole.substr(0, size);
        }
    }
}

TEST(PasswordFormat, EachFaultHasItsWordAndASentence) {
    using enum FormatFault;
    for (const auto fault :
         {empty, locked, plaintext, des_crypt, md5_crypt, sha1_crypt, sha256_crypt, fast_digest,
          argon2_variant, unknown_scheme, malformed, too_costly}) {
        EXPECT_FALSE(name(fault).empty());
        EXPECT_GT(explanation(fault).size(), 10u);
    }
    EXPECT_EQ(name(PasswordScheme::argon2id), "argon2id");
    EXPECT_EQ(name(PasswordScheme::sha512_crypt), "sha512_crypt");
    EXPECT_EQ(name(PasswordScheme::bcrypt), "bcrypt");
    EXPECT_EQ(name(PasswordScheme::yescrypt), "yescrypt");
}

}  // namespace
}  // namespace signet::identity
