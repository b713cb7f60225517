#include "identity/foreign_format.h"

#include "base/entropy.h"
#include "identity/password_hasher.h"
#include "identity/verifiers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace signet::identity {
namespace {

using enum PasswordScheme;

struct Case {
    std::string_view stored;
    PasswordScheme scheme;
    bool weak = false;
};

// All of the password "pencil", made by `doveadm pw` of Dovecot 2.3.19, but for the last few:
// Python's hashlib and crypt.
constexpr Case kCases[] = {
    {"{ARGON2I}$argon2i$v=19$m=32768,t=4,p=1$fZk/aDPLy5w1xEsLGE4WkA$"
     "FGpFx59v42umxFGCyMqTzQ/TpSodjklzLay9Mz40O4s",
     argon2i},
    {"{ARGON2ID}$argon2id$v=19$m=65536,t=3,p=1$KzidrQI6jxCljccxHlzz+Q$"
     "RnTFwGJxz+dd3fMhVg2kYQRe4tzNHxLYltZrpR/J7aA",
     argon2id},
    {"{PBKDF2}$1$FmRE05XIfo8qrqqZ$5000$0c5c2833e2611aedab8596fa65add987610115bd", pbkdf2_sha1},
    {"{SSHA}FlwrRcEkw5Wwv61VlQGVBOcjTe96l8FJ", sha1_digest, true},
    {"{SSHA.HEX}4d36833fe523e4225f548d324226fada4b69f1f32c61c76f", sha1_digest, true},
    {"{SSHA256}8xf0Vxt2kkC3NWujHfEabQHf4DtLvCzZcdf55+br7eO0EXgg", sha256_digest},
    {"{SSHA512}"
     "tZavFw2cIUPbHhm0OaPJ46N2RxqP1TEPEHeSOTLEvVkR1EvDyOOPF9V3Re3eULH21bpriratn977MTF1NEGC5"
     "jwE2e8=",
     sha512_digest},
    {"{SSHA512.B64}7c9Pq+9ttfhhiS5o+mNFj2E0Iwz2uww64oHrHdQkqIls+"
     "0EyWnhjpJdhEuL0IJSlkyeyw3wBMmhVtCd4b"
     "1tf25YNK6s=",
     sha512_digest},
    {"{SHA}0vxRJJChUDZGC1SJQBQ51tpUB/o=", sha1_digest, true},
    {"{SHA1}0vxRJJChUDZGC1SJQBQ51tpUB/o", sha1_digest, true},
    {"{SHA256}E4CWaPtDY4Zwb2fcsFLtWEoEuhaowCoX1m00ww/O2iE=", sha256_digest},
    {"{SHA256.HEX}13809668fb436386706f67dcb052ed584a04ba16a8c02a17d66d34c30fceda21", sha256_digest},
    {"{sha512}Gd8Bqrgo+NUINrp1cJcTrtInM1344YZDkYXAbJF6Kn03cat24wfPo7a4nvGmaC1mgd3xGISHDl3hPnk/"
     "uVXu6w==",
     sha512_digest},
    {"{SMD5}w59aT2wyeGvUWRqV2WkKqK2dLxE=", md5_digest, true},
    {"{LDAP-MD5}qPaDC855Copn/C6E4SCTug==", md5_digest, true},
    {"{MD5}qPaDC855Copn/C6E4SCTug==", md5_digest, true},
    {"{PLAIN-MD5}a8f6830bce790a8a67fc2e84e12093ba", md5_digest, true},
    {"{PLAIN-MD5.B64}qPaDC855Copn/C6E4SCTug==", md5_digest, true},
    {"{MD5-CRYPT}$1$Ln785dd.$m5xB1nG/mF4URjvUdHXbz0", md5_crypt, true},
    {"{MD5}$1$jpChWDa8$l5ZEs7W.D2j09mQGCg9OM0", md5_crypt, true},
    {"{DES-CRYPT}uAEJ3t7RA.rd6", des_crypt, true},
    {"{SHA256-CRYPT}$5$T9vaLP14A3hTonRG$h8j538Go8DKEwjrPXIiQ3Vs1EQY6qtFGdUW6Qrlsqe.", sha256_crypt},
    {"{SHA512-CRYPT}$6$fQfyKUsPiFDtQs91$FCVjUXUhlftgHZjRXCV6UAenMbMdVPIrleaw/F/"
     "MdpHP.jWL51vqgay.1S9YlANuASmUuw1WlDlYu/Fbz8yBz/",
     sha512_crypt},
    {"{BLF-CRYPT}$2y$05$/P/GlJytYTNCA48iTvzA3OmpRn3L12Lkjr4hxg0neNXi9pBJnUut2", bcrypt},
    {"{CRYPT}$2y$05$dPBSJtNpQ1sGQRcOLKzRQOxyJwfHM8BfLdwZ./yhCsrzQXIdY24k6", bcrypt},
    {"{SCRAM-SHA-256}4096,BfPHb+/FHp4/yQWPexbE+g==,MVYhqzMeTzLZGnlWHlIjb/GPMJ93FJwHn3F8iGI2HF0=,"
     "oiC3qgvWeYdlUazLd9rwV2GOHZPO7RfLB++uwk9vSHE=",
     scram_sha256},
    {"{SCRAM-SHA-1}4096,1GD4hOY+0Nkf4swZ9Meh3Q==,7731DH6OtMPPfyaLUw4P0ADFnz0=,"
     "wpl5tRsS5u7Ya5OZjQxVhueT8l4=",
     scram_sha1},
    {"{CRAM-MD5}7f47ace0e2af8f6cdeb72c03243a8c87834e19104164d6a42de72d243adb4080", cram_md5, true},
    {"{CLEAR}pencil", plain},
    {"{PLAIN.B64}cGVuY2ls", plain},
    {"{plain.hex}70656e63696c", plain},
    {"$5$rounds=1000$salt$BxPMZ75oloPWergPfDO9NVHciPe1x5i3eBj/a825Rb7", sha256_crypt},
    {"$1$saltsalt$wCrc3hcrR95SV83Xh8Z.41", md5_crypt, true},
    {"abJ32bJMdTsnY", des_crypt, true},
};

const FormatRules kAll{.weak = true, .plain = true};

TEST(ForeignFormat, what_other_servers_store_is_read_and_checked) {
    SeededEntropy entropy{1};
    const Argon2idHasher hasher{{.memory_octets = 64u << 10, .passes = 1}, entropy};
    for (const auto& one : kCases) {
        SCOPED_TRACE(one.stored);
        const auto format = parse_foreign_format(one.stored, kAll);
        ASSERT_TRUE(format) << name(format.error());
        EXPECT_EQ(name(format->scheme), name(one.scheme));
        EXPECT_EQ(hasher.verify(*format, "pencil"), true);
        EXPECT_EQ(hasher.verify(*format, "pencik"), false);
        EXPECT_EQ(hasher.verify(*format, "pencil "), false);
        EXPECT_EQ(hasher.verify(*format, std::string_view{"pencil\0", 7}), false);
        EXPECT_EQ(hasher.verify(*format, ""), false);
        EXPECT_TRUE(hasher.outdated(*format) || one.scheme == argon2id);
    }
}

TEST(ForeignFormat, what_is_weak_or_no_hash_needs_leave) {
    for (const auto& one : kCases) {
        SCOPED_TRACE(one.stored);
        const auto format = parse_foreign_format(one.stored, {});
        EXPECT_EQ(format.has_value(), !one.weak && one.scheme != plain);
    }
    EXPECT_EQ(parse_foreign_format("{SSHA}AAAA", {}).error(), FormatFault::fast_digest);
    EXPECT_EQ(parse_foreign_format("{CRYPT}$1$a$b", {}).error(), FormatFault::md5_crypt);
    EXPECT_EQ(parse_foreign_format("abJ32bJMdTsnY", {}).error(), FormatFault::des_crypt);
    EXPECT_EQ(parse_foreign_format("{PLAIN}x", {}).error(), FormatFault::plaintext);
    EXPECT_EQ(parse_foreign_format("{PLAIN}x", {.weak = true}).error(), FormatFault::plaintext);
}

TEST(ForeignFormat, the_default_scheme_is_for_what_names_none) {
    const auto scheme = [](std::string_view stored, std::string_view otherwise) {
        const auto format = parse_foreign_format(
            stored, {.default_scheme = std::string{otherwise}, .weak = true, .plain = true});
        return format ? name(format->scheme) : name(format.error());
    };
    EXPECT_EQ(scheme("qPaDC855Copn/C6E4SCTug==", "LDAP-MD5"), "md5_digest");
    EXPECT_EQ(scheme("a8f6830bce790a8a67fc2e84e12093ba", "PLAIN-MD5"), "md5_digest");
    EXPECT_EQ(scheme("pencil", "PLAIN"), "plain");
    EXPECT_EQ(scheme("pencil", "CRYPT"), "plaintext");
    EXPECT_EQ(scheme("$2y$05$/P/GlJytYTNCA48iTvzA3OmpRn3L12Lkjr4hxg0neNXi9pBJnUut2", "PLAIN-MD5"),
              "bcrypt");
    EXPECT_EQ(scheme("{SHA}0vxRJJChUDZGC1SJQBQ51tpUB/o=", "PLAIN"), "sha1_digest");
}

TEST(ForeignFormat, what_is_wrong_is_named) {
    struct Wrong {
        std::string stored;
        std::string_view fault;
    };
    const std::string hex40(40, 'a'), salt65(65, 's');
    const Wrong cases[] = {
        {"", "empty"},
        {"!", "locked"},
        {"*", "locked"},
        {"{SSHA}*", "locked"},
        {"{SSHA256}!8xf0", "locked"},
        {"{SSHA", "malformed"},
        {"{}x", "unknown_scheme"},
        {"{NTLM}x", "fast_digest"},
        {"{DIGEST-MD5}a888cca08b5a5cf31b64418e6e805410", "fast_digest"},
        {"{SSHA.rot13}x", "unknown_scheme"},
        {"{ROT13}x", "unknown_scheme"},
        {"{SHA256-CRYPT.b64}x", "malformed"},
        {"{CRAM-MD5}7f47", "malformed"},
        {"{SSHA256}", "malformed"},
        {"{SSHA256}E4CWaPtDY4Zwb2fcsFLtWEoEuhaowCoX1m00ww/O2iE=", "malformed"},  // no salt
        {"{SHA256}8xf0Vxt2kkC3NWujHfEabQHf4DtLvCzZcdf55+br7eO0EXgg", "malformed"},
        {"{SHA256.hex}138", "malformed"},
        {"{SHA256.hex}" + std::string(64, 'g'), "malformed"},
        {"{SSHA256.hex}" + std::string(64 + 2 * 65, 'a'), "malformed"},
        {"{PBKDF2}$1$salt$5000$" + hex40.substr(1), "malformed"},
        {"{PBKDF2}$1$salt$0$" + hex40, "malformed"},
        {"{PBKDF2}$1$salt$1000001$" + hex40, "too_costly"},
        {"{PBKDF2}$1$salt$99999999999999999999$" + hex40, "malformed"},
        {"{PBKDF2}$1$" + salt65 + "$5000$" + hex40, "malformed"},
        {"{PBKDF2}$2$salt$5000$" + hex40, "malformed"},
        {"{ARGON2I}$argon2id$v=19$m=8,t=1,p=1$a$b", "malformed"},
        {"{ARGON2I}$argon2i$v=19$m=4194304,t=1,p=1$fZk/aDPLy5w1xEsLGE4WkA$"
         "FGpFx59v42umxFGCyMqTzQ/TpSodjklzLay9Mz40O4s",
         "too_costly"},
        {"$5$rounds=999999999$salt$BxPMZ75oloPWergPfDO9NVHciPe1x5i3eBj/a825Rb7", "too_costly"},
        {"$5$rounds=10$salt$BxPMZ75oloPWergPfDO9NVHciPe1x5i3eBj/a825Rb7", "malformed"},
        {"$5$salt", "malformed"},
        {"$5$", "malformed"},
        {"{MD5-CRYPT}$1$waytoolongsalt$wCrc3hcrR95SV83Xh8Z.41", "malformed"},
        {"{DES-CRYPT}abJ32bJMdTsn", "malformed"},
        {"{PLAIN}", "malformed"},
        {"{CRYPT}", "malformed"},
        {"{SCRAM-SHA-256}4096,BfPHb+/FHp4/yQWPexbE+g==,MVYhqzMe", "malformed"},
        {"{SCRAM-SHA-256}99999999,BfPHb+/FHp4/yQWPexbE+g==,MVYhqzMeTzLZGnlWHlIjb/"
         "GPMJ93FJwHn3F8iGI2HF0=,oiC3qgvWeYdlUazLd9rwV2GOHZPO7RfLB++uwk9vSHE=",
         "too_costly"},
        {std::string(kMaxStoredOctets + 1, 'a'), "malformed"},
    };
    for (const auto& one : cases) {
        const auto format = parse_foreign_format(one.stored, kAll);
        ASSERT_FALSE(format) << one.stored;
        EXPECT_EQ(name(format.error()), one.fault) << one.stored;
    }
}

TEST(ForeignFormat, what_proofs_are_checked_with_is_found) {
    using testing::ElementsAre;
    EXPECT_THAT(
        foreign_verifiers("{SCRAM-SHA-1}4096,1GD4hOY+0Nkf4swZ9Meh3Q==,7731DH6OtMPPfyaLUw4P0ADF"
                          "nz0=,wpl5tRsS5u7Ya5OZjQxVhueT8l4="),
        ElementsAre("SCRAM-SHA-1$4096:1GD4hOY+0Nkf4swZ9Meh3Q==$7731DH6OtMPPfyaLUw4P0ADFnz0=:"
                    "wpl5tRsS5u7Ya5OZjQxVhueT8l4="));
    // That of the same password, as Signet makes it.
    EXPECT_THAT(foreign_verifiers(
                    "{CRAM-MD5}7F47ace0e2af8f6cdeb72c03243a8c87834e19104164d6a42de72d243adb4080"),
                ElementsAre(make_cram_verifier(Secret::copy_of("pencil"))));
    EXPECT_THAT(foreign_verifiers("{CRAM-MD5}7f47"), testing::IsEmpty());
    EXPECT_THAT(foreign_verifiers("{SCRAM-SHA-256}4096,x"), testing::IsEmpty());
    EXPECT_THAT(foreign_verifiers("{SSHA}x"), testing::IsEmpty());
    EXPECT_THAT(foreign_verifiers("SCRAM-SHA-256"), testing::IsEmpty());
}

}  // namespace
}  // namespace signet::identity
