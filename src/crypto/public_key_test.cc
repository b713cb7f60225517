#include "crypto/public_key.h"

#include "base/base64.h"
#include "base/text.h"

#include <gtest/gtest.h>
#include <openssl/err.h>

#include <string>

namespace signet::crypto {
namespace {

using enum SignatureAlgorithm;

std::string octets(std::string_view text) { return unbase64url(text).value(); }

// RFC 7515 appendix A.2: the key of A.2.1, the signing input and the signature.
const std::string kModulus = octets(
    "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4"
    "QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdb"
    "BYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-D"
    "WNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ");
const std::string kExponent = octets("AQAB");
constexpr std::string_view kClaims =
    ".eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVl"
    "fQ";
const std::string kRsaText = "eyJhbGciOiJSUzI1NiJ9" + std::string{kClaims};
const std::string kRsaSignature = octets(
    "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5ju"
    "jGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07"
    "Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipU"
    "TI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw");

// RFC 7515 appendix A.3.
const std::string kX = octets("f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU");
const std::string kY = octets("x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0");
const std::string kEcText = "eyJhbGciOiJFUzI1NiJ9" + std::string{kClaims};
const std::string kEcSignature = octets(
    "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q");

// RFC 8037 appendix A.2 and A.4.
const std::string kEdwards = octets("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo");
const std::string kEdwardsText = "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc";
const std::string kEdwardsSignature = octets(
    "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg");

PublicKey rsa() { return PublicKey::rsa(kModulus, kExponent).value(); }
PublicKey p256() { return PublicKey::ec(Curve::p256, kX, kY).value(); }
PublicKey edwards() { return PublicKey::ed25519(kEdwards).value(); }

TEST(PublicKey, the_signatures_of_the_standards_are_right) {
    EXPECT_TRUE(rsa().verify(rs256, kRsaText, kRsaSignature));
    EXPECT_TRUE(p256().verify(es256, kEcText, kEcSignature));
    EXPECT_TRUE(edwards().verify(eddsa, kEdwardsText, kEdwardsSignature));
}

TEST(PublicKey, a_changed_text_or_signature_is_wrong_and_so_is_every_other_length) {
    const std::tuple<PublicKey, SignatureAlgorithm, std::string, std::string> cases[] = {
        {rsa(), rs256, kRsaText, kRsaSignature},
        {p256(), es256, kEcText, kEcSignature},
        {edwards(), eddsa, kEdwardsText, kEdwardsSignature}};
    for (const auto& [key, algorithm, text, signature] : cases) {
        SCOPED_TRACE(name(algorithm));
        EXPECT_FALSE(key.verify(algorithm, text + " ", signature));
        for (const std::size_t at : {std::size_t{0}, signature.size() / 2, signature.size() - 1}) {
            auto changed = signature;
            changed[at] = static_cast<char>(changed[at] ^ 1);
            EXPECT_FALSE(key.verify(algorithm, text, changed));
        }
        EXPECT_FALSE(key.verify(algorithm, text, ""));
        EXPECT_FALSE(key.verify(algorithm, text, signature.substr(1)));
        EXPECT_FALSE(key.verify(algorithm, text, signature + '\0'));
        EXPECT_FALSE(key.verify(algorithm, text, '\0' + signature));
        EXPECT_FALSE(key.verify(algorithm, text, std::string(signature.size(), '\0')));
        EXPECT_FALSE(key.verify(algorithm, text, std::string(signature.size(), '\xFF')));
    }
}

// CVE-2022-21449: r = s = 0 was every signature.
TEST(PublicKey, security_14_an_r_or_s_of_zero_signs_nothing) {
    const std::string zero(32, '\0'), one = std::string(31, '\0') + '\1';
    const auto r = kEcSignature.substr(0, 32), s = kEcSignature.substr(32);
    for (const auto& pair : {zero + zero, zero + s, r + zero, zero + one, one + zero, one + one}) {
        EXPECT_FALSE(p256().verify(es256, kEcText, pair));
    }
}

// RFC 8725 §3.1: what a key is for is not the token's to say.
TEST(PublicKey, security_14_a_key_verifies_with_its_own_algorithms_alone) {
    struct Case {
        PublicKey key;
        std::vector<SignatureAlgorithm> fitting;
    };
    const Case cases[] = {{rsa(), {rs256, rs384, rs512, ps256, ps384, ps512}},
                          {p256(), {es256}},
                          {edwards(), {eddsa}}};
    for (const auto& [key, fitting] : cases) {
        for (const auto algorithm : kSignatureAlgorithms) {
            const bool fits = std::ranges::find(fitting, algorithm) != fitting.end();
            EXPECT_EQ(key.fits(algorithm), fits) << name(algorithm);
            if (!fits) EXPECT_FALSE(key.verify(algorithm, kEcText, kEcSignature));
        }
    }
    EXPECT_FALSE(rsa().verify(ps256, kRsaText, kRsaSignature));
    EXPECT_FALSE(rsa().verify(rs512, kRsaText, kRsaSignature));
}

TEST(PublicKey, numbers_that_make_no_key_or_a_weak_one_are_refused) {
    const std::string even = kModulus.substr(0, kModulus.size() - 1) + '\x02';
    const std::string short_one = '\x01' + std::string(126, '\x02') + '\x03';
    const std::string long_one(1'025, '\x7F');
    struct Case {
        std::string what, n, e;
        KeyFault fault;
    };
    const Case cases[] = {
        {"1024 bits", short_one, kExponent, KeyFault::weak},
        {"nothing", "", "", KeyFault::weak},
        {"more than 8192 bits", long_one, kExponent, KeyFault::too_long},
        {"endless", std::string(10'000, '\x01'), kExponent, KeyFault::too_long},
        {"an endless exponent", kModulus, std::string(10'000, '\x01'), KeyFault::too_long},
        {"an exponent of 65 bits", kModulus, std::string(9, '\x01'), KeyFault::too_long},
        {"an even modulus", even, kExponent, KeyFault::numbers},
        {"an exponent of 0", kModulus, "", KeyFault::numbers},
        {"an exponent of 1", kModulus, "\x01", KeyFault::numbers},
        {"an even exponent", kModulus, "\x04", KeyFault::numbers},
    };
    for (const auto& [what, n, e, fault] : cases) {
        const auto made = PublicKey::rsa(n, e);
        ASSERT_FALSE(made) << what;
        EXPECT_EQ(made.error(), fault) << what << ": " << name(made.error());
    }
    EXPECT_TRUE(PublicKey::rsa('\0' + kModulus, '\0' + kExponent));  // some write it so
}

// Invalid curve attacks begin with a point that is elsewhere.
TEST(PublicKey, security_14_a_point_has_to_be_on_its_curve) {
    auto off = kY;
    off.back() = static_cast<char>(off.back() ^ 1);
    EXPECT_FALSE(PublicKey::ec(Curve::p256, kX, off));
    EXPECT_FALSE(PublicKey::ec(Curve::p256, kY, kX));
    EXPECT_FALSE(PublicKey::ec(Curve::p384, kX, kY));
    EXPECT_FALSE(PublicKey::ec(Curve::p256, std::string(32, '\0'), std::string(32, '\0')));
    EXPECT_FALSE(PublicKey::ec(Curve::p256, std::string(32, '\xFF'), kY));
    EXPECT_FALSE(PublicKey::ec(Curve::p256, kX.substr(1), kY));
    EXPECT_FALSE(PublicKey::ec(Curve::p256, '\0' + kX, kY));
    EXPECT_FALSE(PublicKey::ed25519(kEdwards.substr(1)));
    EXPECT_FALSE(PublicKey::ed25519(kEdwards + '\0'));
    EXPECT_FALSE(PublicKey::ed25519(std::string(32, '\0'))) << "of order 4: anybody signs for it";
    EXPECT_FALSE(PublicKey::ed25519('\1' + std::string(31, '\0'))) << "the neutral point";
    EXPECT_FALSE(PublicKey::ed25519('\2' + std::string(31, '\0'))) << "not on the curve";
}

TEST(PublicKey, names_are_those_of_the_registry_and_tell_case_apart) {
    for (const auto algorithm : kSignatureAlgorithms) {
        EXPECT_EQ(signature_algorithm(name(algorithm)), algorithm);
        EXPECT_FALSE(signature_algorithm(lower(name(algorithm))));
    }
    for (const auto* never :
         {"none", "None", "NONE", "", "HS256", "HS512", "ES512", "RS1", "dir"}) {
        EXPECT_FALSE(signature_algorithm(never)) << never;
    }
}

// A TLS stream asks the same queue why its read failed.
TEST(PublicKey, nothing_is_left_in_the_queue_of_errors) {
    ERR_clear_error();
    std::ignore = PublicKey::ec(Curve::p256, kY, kX);
    std::ignore = PublicKey::rsa(kModulus, "");
    std::ignore = rsa().verify(rs256, "another text", kRsaSignature);
    std::ignore = rsa().verify(ps256, kRsaText, kRsaSignature);
    std::ignore = p256().verify(es256, kEcText, std::string(64, '\xFF'));
    EXPECT_EQ(ERR_peek_error(), 0u);
}

}  // namespace
}  // namespace signet::crypto
