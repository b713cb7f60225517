// The JSON Web Signature and Key cases of project Wycheproof, where they are at hand.
#include "base/vectors.h"
#include "oauth/verify.h"

#include <gtest/gtest.h>
#include <boost/json.hpp>

#include <set>

namespace signet::oauth {
namespace {

namespace json = boost::json;

// What the file calls valid and is refused on purpose: the key names one algorithm and the token
// another (RFC 8725 §3.1), or the algorithm or its curve is not taken at all.
bool refused_on_purpose(const json::object& key, std::string_view token) {
    const auto* algorithm = key.if_contains("alg");
    const auto jws = read_jws(token);
    if (!jws) return true;
    return algorithm && algorithm->as_string() != json::string_view{name(jws->algorithm)};
}

// One token under one key or key set, as an issuer's.
bool taken(const json::value& keys, std::string_view token) {
    const bool is_set = keys.as_object().contains("keys");
    const auto text = json::serialize(is_set ? keys : json::object{{"keys", json::array{keys}}});
    const auto set = read_key_set(text);
    const auto jws = read_jws(token);
    IssuerRules rules;
    rules.algorithms.assign(crypto::kSignatureAlgorithms.begin(),
                            crypto::kSignatureAlgorithms.end());
    return set && jws && check_signature(*jws, *set, rules);
}

struct Count {
    std::size_t valid = 0, invalid = 0;
};

void run(const std::string& file, Count& count) {
    const auto text = read_vectors(file);
    if (!text) GTEST_SKIP() << kNoVectors;
    for (const auto& group : json::parse(*text).at("testGroups").as_array()) {
        const auto* keys = group.as_object().if_contains("public");
        if (!keys) keys = group.as_object().if_contains("private");
        ASSERT_TRUE(keys);
        const auto& kty = keys->as_object().if_contains("kty");
        if (kty && kty->as_string() == "oct") continue;  // nothing symmetric is ever taken
        for (const auto& test : group.at("tests").as_array()) {
            const auto* jws = test.as_object().if_contains("jws");
            if (!jws || !jws->is_string()) continue;
            const std::string token{jws->as_string()};
            SCOPED_TRACE(json::serialize(test.at("tcId")) + " " +
                         json::serialize(test.at("comment")));
            const bool valid = test.at("result").as_string() == "valid";
            if (valid && refused_on_purpose(keys->as_object(), token)) {
                EXPECT_FALSE(taken(*keys, token));
                auto bare = keys->as_object();  // RFC 7520 §4.2 signs with PS384
                bare.erase("alg");
                EXPECT_EQ(taken(bare, token), read_jws(token).has_value());
                continue;
            }
            EXPECT_EQ(taken(*keys, token), valid);
            ++(valid ? count.valid : count.invalid);
        }
    }
}

TEST(Wycheproof, security_14_signatures) {
    Count count;
    run("wycheproof_json_web_signature_test.json", count);
    if (!IsSkipped()) EXPECT_TRUE(count.valid >= 30 && count.invalid >= 300) << count.invalid;
}

TEST(Wycheproof, security_14_keys) {
    Count count;
    run("wycheproof_json_web_key_test.json", count);
    if (!IsSkipped()) EXPECT_TRUE(count.invalid >= 10) << count.invalid;
}

TEST(Wycheproof, security_14_keys_of_other_kinds) {
    Count count;
    run("wycheproof_json_web_crypto_test.json", count);
    if (!IsSkipped()) EXPECT_TRUE(count.invalid >= 25) << count.invalid;
}

}  // namespace
}  // namespace signet::oauth
