#include "oauth/jws.h"

#include "base/base64.h"

#include <gtest/gtest.h>

namespace signet::oauth {
namespace {

std::string token(std::string_view header, std::string_view claims = R"({"iss":"x"})",
                  std::string_view signature = "signature") {
    return base64url(header) + "." + base64url(claims) + "." + base64url(signature);
}

TEST(Jws, header_payload_and_signature_are_read) {
    const auto compact = token(R"({"alg":"ES256","kid":"k 1","typ":"at+jwt","x":[1]})");
    const auto jws = read_jws(compact);
    ASSERT_TRUE(jws) << jws.error().detail;
    EXPECT_EQ(jws->algorithm, crypto::SignatureAlgorithm::es256);
    EXPECT_EQ(jws->key_id, "k 1");
    EXPECT_EQ(jws->type, "at+jwt");
    EXPECT_EQ(jws->signature, "signature");
    EXPECT_EQ(jws->signed_text, compact.substr(0, compact.rfind('.')));
    EXPECT_EQ(text_of(*read_claims(*jws), "iss"), "x");
    EXPECT_TRUE(looks_like_jwt(compact));
}

TEST(Jws, security_14_each_departure_is_refused_and_named) {
    using enum TokenFaultKind;
    const std::string good = R"({"alg":"ES256"})";
    struct Case {
        std::string what, token;
        TokenFaultKind kind;
    };
    const Case cases[] = {
        {"nothing", "", malformed},
        {"one part", "abc", malformed},
        {"two parts", "abc.def", malformed},
        {"four parts", "abc.def.ghi.jkl", malformed},
        {"a JWE", "a.b.c.d.e", encrypted},
        {"padding", base64url(good) + "=." + "e30.AA", malformed},
        {"another alphabet", base64url(good) + ".e30.+/+/", malformed},
        {"bits that fall off", base64url(good) + ".e30.AB", malformed},
        {"a blank", " " + token(good), malformed},
        {"a line end", token(good) + "\n", malformed},
        {"a NUL", token(good) + std::string(1, '\0'), malformed},
        {"too long", token(good, std::string(kTokenOctets, ' ')), malformed},
        {"no algorithm", token("{}"), algorithm},
        {"none", token(R"({"alg":"none"})"), algorithm},
        {"None", token(R"({"alg":"None"})"), algorithm},
        {"nOnE and nothing signed", token(R"({"alg":"nOnE"})", "{}", ""), algorithm},
        {"HS256", token(R"({"alg":"HS256"})"), algorithm},
        {"HS512", token(R"({"alg":"HS512"})"), algorithm},
        {"lower case", token(R"({"alg":"es256"})"), algorithm},
        {"a blank behind", token(R"({"alg":"ES256 "})"), algorithm},
        {"two algorithms", token(R"({"alg":["ES256","none"]})"), malformed},
        {"twice", token(R"({"alg":"ES256","alg":"none"})"), malformed},
        {"twice, once escaped", token(R"({"alg":"ES256","\u0061lg":"none"})"), malformed},
        {"critical", token(R"({"alg":"ES256","crit":["exp"],"exp":1})"), critical},
        {"critical and empty", token(R"({"alg":"ES256","crit":[]})"), critical},
        {"b64", token(R"({"alg":"ES256","b64":false,"crit":["b64"]})"), critical},
        {"a kid that is a number", token(R"({"alg":"ES256","kid":1})"), malformed},
        {"a long kid", token(R"({"alg":"ES256","kid":")" + std::string(300, 'k') + "\"}"),
         malformed},
        {"a typ that is an array", token(R"({"alg":"ES256","typ":["at+jwt"]})"), malformed},
        {"a header that is an array", token(R"([{"alg":"ES256"}])"), malformed},
        {"a header that is no JSON", token("alg=ES256"), malformed},
    };
    for (const auto& [what, text, kind] : cases) {
        const auto jws = read_jws(text);
        ASSERT_FALSE(jws) << what;
        EXPECT_EQ(jws.error().kind, kind) << what << ": " << jws.error().detail;
        EXPECT_TRUE(jws.error().detail.ends_with(".")) << what;
    }
}

TEST(Jws, security_14_claims_are_one_object_without_repetition) {
    for (const auto* claims : {"", "[]", "7", "\"a\"", "{", R"({"iss":"a","iss":"b"})",
                               R"({"a":{"b":1,"b":2}})", "{}{}"}) {
        const auto jws = read_jws(token(R"({"alg":"ES256"})", claims));
        ASSERT_TRUE(jws) << claims;
        const auto read = read_claims(*jws);
        ASSERT_FALSE(read) << claims;
        EXPECT_EQ(read.error().kind, TokenFaultKind::malformed);
    }
}

// What a header offers beside the name of a key is not even kept: there is nothing to follow.
TEST(Jws, security_14_keys_and_addresses_in_a_header_change_nothing) {
    const auto jws = read_jws(
        token(R"({"alg":"ES256","jku":"https://evil.example/k","x5u":"file:///etc/passwd",)"
              R"("jwk":{"kty":"oct","k":""},"x5c":["MIIB"],"kid":"../../../dev/null"})"));
    ASSERT_TRUE(jws);
    EXPECT_EQ(jws->key_id, "../../../dev/null");
}

TEST(Jws, an_opaque_token_does_not_look_like_one_that_is_signed) {
    for (const auto* opaque :
         {"", "a.b", "a.b.c", "ya29.a0AfH6SMB", "eyJ", "eyJ.x", "..", "2YotnFZFEjr1zCsicMWpAA"}) {
        EXPECT_FALSE(looks_like_jwt(opaque)) << opaque;
    }
    EXPECT_TRUE(looks_like_jwt("eyJhbGciOiJkaXIifQ..iv.text.tag"));
    for (const std::string blank : {"", " ", "\n", "\r\n", "\t"}) {
        EXPECT_TRUE(looks_like_jwt(token("{" + blank + R"("alg":"ES256"})"))) << blank;
    }
}

}  // namespace
}  // namespace signet::oauth
