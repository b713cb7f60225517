#include "oauth/jwk.h"

#include "oauth/test_issuer.h"

#include <gtest/gtest.h>

namespace signet::oauth {
namespace {

using enum crypto::SignatureAlgorithm;

std::string without(std::string text, std::string_view part) {
    const auto at = text.find(part);
    EXPECT_NE(at, std::string::npos) << part;
    return at == std::string::npos ? text : text.erase(at, part.size());
}

std::string with(const std::string& jwk, std::string_view member) {
    return "{" + std::string{member} + "," + jwk.substr(1);
}

std::string why(const std::string& jwk) {
    const auto set = read_key_set(key_set({jwk}));
    EXPECT_TRUE(set);
    return set && set->keys.empty() ? set->skipped.at(0).why : "";
}

TEST(Jwk, each_kind_of_key_is_read) {
    for (const auto algorithm : {rs256, es256, es384, eddsa}) {
        const auto set = read_key_set(key_set({TestKey{algorithm}.jwk("one")}));
        ASSERT_TRUE(set);
        ASSERT_EQ(set->keys.size(), 1u) << name(algorithm) << set->skipped.at(0).why;
        EXPECT_EQ(set->keys[0].key_id, "one");
        EXPECT_EQ(set->keys[0].algorithm, algorithm);
        EXPECT_TRUE(set->keys[0].key.fits(algorithm));
    }
}

// RFC 7517 §5: what is not understood does not end the set.
TEST(Jwk, what_may_not_verify_is_passed_over_and_the_rest_is_taken) {
    const auto good = TestKey{es256}.jwk("good");
    struct Case {
        std::string jwk, why;
    };
    const Case cases[] = {
        {with(good, R"("d":"AAAA")"), "private"},
        {R"({"kty":"oct","k":"c2VjcmV0","kid":"x","alg":"HS256"})", "private or symmetric"},
        {without(good, R"(,"use":"sig")") + "", ""},
        {with(without(good, R"(,"use":"sig")"), R"("use":"enc")"), "use"},
        {with(without(good, R"(,"use":"sig")"), R"("use":7)"), "use"},
        {with(good, R"("key_ops":["sign"])"), "key_ops"},
        {with(good, R"("key_ops":"verify")"), ""},
        {with(good, R"("key_ops":["verify"])"), ""},
        {with(without(good, R"("alg":"ES256",)"), R"("alg":"ES384")"), "algorithm"},
        {with(without(good, R"("alg":"ES256",)"), R"("alg":"HS256")"), "algorithm"},
        {with(without(good, R"("alg":"ES256",)"), R"("alg":"none")"), "algorithm"},
        {without(good, R"("alg":"ES256",)"), ""},
        {with(without(good, R"(,"kid":"good")"), R"("kid":7)"), "no text"},
        {R"({"kty":"EC","crv":"P-521","x":"AA","y":"AA"})", "kind"},
        {R"({"kty":"OKP","crv":"X25519","x":"AA"})", "kind"},
        {R"({"kty":"AKP","pub":"AA"})", "kind"},
        {R"({"kty":"RSA","n":"AQAB","e":"AQAB"})", "2048"},
        {R"({"kty":"RSA"})", "2048"},
        {R"({"kty":"EC","crv":"P-256","x":"AA","y":"AA"})", "number"},
        {R"({"kty":"EC","crv":"P-256"})", "number"},
        {R"({"kty":"OKP","crv":"Ed25519","x":"=="})", "number"},
        {R"({})", "kind"},
        {R"(7)", "no object"},
        {R"({"kty":"RSA","kid":")" + std::string(300, 'k') + "\"}", "too long"},
    };
    const auto other = TestKey{eddsa}.jwk("other");
    for (const auto& [jwk, reason] : cases) {
        if (reason.empty()) {
            EXPECT_EQ(why(jwk), "") << jwk;
            continue;
        }
        EXPECT_TRUE(why(jwk).contains(reason)) << jwk << "\n" << why(jwk);
        const auto set = read_key_set(key_set({jwk, other}));
        ASSERT_TRUE(set);
        ASSERT_EQ(set->keys.size(), 1u);
        EXPECT_EQ(set->keys[0].key_id, "other");
    }
}

TEST(Jwk, a_document_that_is_no_key_set_is_refused) {
    std::string many;
    for (std::size_t i = 0; i <= kMostKeys; ++i) many += i == 0 ? "{}" : ",{}";
    for (const std::string& text :
         {std::string{}, std::string{"[]"}, std::string{"{}"}, std::string{R"({"keys":{}})"},
          std::string{R"({"keys":[],"keys":[]})"}, "{\"keys\":[" + many + "]}",
          R"({"keys":[],"x":")" + std::string(kKeySetOctets, 'x') + "\"}",
          std::string{"<html></html>"}}) {
        const auto set = read_key_set(text);
        ASSERT_FALSE(set) << text.substr(0, 80);
        EXPECT_TRUE(set.error().ends_with("."));
    }
    EXPECT_TRUE(read_key_set(R"({"keys":[]})"));
}

TEST(Jwk, a_key_is_chosen_by_name_and_algorithm_and_only_where_there_is_one) {
    const TestKey one{es256}, two{es256}, three{eddsa};
    const auto set = read_key_set(key_set({one.jwk("a"), two.jwk("b"), three.jwk("c")}));
    ASSERT_TRUE(set);
    EXPECT_EQ(choose_key(*set, "a", es256), &set->keys[0]);
    EXPECT_EQ(choose_key(*set, "b", es256), &set->keys[1]);
    EXPECT_EQ(choose_key(*set, "b", eddsa), nullptr);  // the name, but not for this
    EXPECT_EQ(choose_key(*set, "B", es256), nullptr);
    EXPECT_EQ(choose_key(*set, "", es256), nullptr);  // either might be meant
    EXPECT_EQ(choose_key(*set, "", eddsa), &set->keys[2]);
    EXPECT_EQ(choose_key(*set, "", rs256), nullptr);

    const auto twice = read_key_set(key_set({one.jwk("a"), two.jwk("a"), three.jwk("a")}));
    ASSERT_TRUE(twice);
    EXPECT_EQ(choose_key(*twice, "a", es256), nullptr);
    EXPECT_EQ(choose_key(*twice, "a", eddsa), &twice->keys[2]);  // RFC 7517 §4.5 allows it
}

}  // namespace
}  // namespace signet::oauth
