#include "oauth/verify.h"

#include "base/base64.h"
#include "crypto/digest.h"
#include "oauth/test_issuer.h"

#include <gtest/gtest.h>

namespace signet::oauth {
namespace {

using enum crypto::SignatureAlgorithm;
constexpr std::string_view kClaims = R"({"iss":"https://login.example"})";

IssuerRules rules_with(std::vector<crypto::SignatureAlgorithm> algorithms) {
    return {.url = "https://login.example", .audience = {"x"}, .algorithms = std::move(algorithms)};
}

std::string outcome(std::string_view token, const std::string& keys, const IssuerRules& rules) {
    const auto jws = read_jws(token);
    if (!jws) return std::string{name(jws.error().kind)};
    const auto set = read_key_set(keys);
    EXPECT_TRUE(set);
    const auto checked = check_signature(*jws, *set, rules);
    return checked ? "right" : std::string{name(checked.error().kind)};
}

std::string header(std::string_view algorithm, std::string_view rest = R"(,"kid":"k")") {
    return R"({"alg":")" + std::string{algorithm} + "\"" + std::string{rest} + "}";
}

TEST(Verify, each_algorithm_verifies_what_was_signed_with_it) {
    for (const auto algorithm : crypto::kSignatureAlgorithms) {
        const TestKey key{algorithm};
        const auto keys = key_set({key.jwk("k")});
        const auto token = key.token(header(name(algorithm)), kClaims);
        EXPECT_EQ(outcome(token, keys, rules_with({algorithm})), "right") << name(algorithm);
        EXPECT_EQ(
            outcome(key.token(header(name(algorithm), ""), kClaims), keys, rules_with({algorithm})),
            "right");
        auto changed = token;
        changed[token.find('.') + 2] = changed[token.find('.') + 2] == 'A' ? 'B' : 'A';
        EXPECT_EQ(outcome(changed, keys, rules_with({algorithm})), "token_signature");
    }
}

// RFC 8725 §2.1: the public key as the secret of HMAC, in each form that a library might take.
TEST(Verify, security_14_a_public_key_is_no_secret) {
    const TestKey key{rs256};
    const auto keys = key_set({key.jwk("k")});
    for (const auto& secret : {key.pem(), key.jwk("k"), keys, std::string{}}) {
        const auto text = base64url(header("HS256")) + "." + base64url(kClaims);
        const auto token = text + "." + base64url(crypto::hmac_sha256(secret, text));
        EXPECT_EQ(outcome(token, keys, rules_with({rs256})), "token_algorithm");
    }
}

TEST(Verify, security_14_nothing_but_the_issuers_key_and_algorithm_counts) {
    const TestKey key{rs256}, eve{rs256}, curve{es256};
    const auto keys = key_set({key.jwk("k"), curve.jwk("c")});
    const auto rules = rules_with({rs256, es256});
    const auto good = key.token(header("RS256"), kClaims);
    const auto unsigned_part = good.substr(0, good.rfind('.') + 1);
    struct Case {
        std::string what, token, outcome;
    };
    const Case cases[] = {
        {"as it should be", good, "right"},
        {"no signature", unsigned_part, "token_signature"},
        {"a short one", unsigned_part + "AAAA", "token_signature"},
        {"somebody else's key", eve.token(header("RS256"), kClaims), "token_signature"},
        {"his key in the header",
         eve.token(header("RS256", R"(,"kid":"k","jwk":)" + eve.jwk("k")), kClaims),
         "token_signature"},
        {"his key at an address",
         eve.token(header("RS256", R"(,"kid":"k","jku":"https://evil.example/keys")"), kClaims),
         "token_signature"},
        {"an unknown key", key.token(header("RS256", R"(,"kid":"z")"), kClaims),
         "token_unknown_key"},
        {"a path", key.token(header("RS256", R"(,"kid":"../../k")"), kClaims), "token_unknown_key"},
        {"a query", key.token(header("RS256", R"(,"kid":"x' UNION SELECT 'k")"), kClaims),
         "token_unknown_key"},
        {"a NUL behind", key.token(header("RS256", R"(,"kid":"k\u0000")"), kClaims),
         "token_unknown_key"},
        {"another algorithm with the same key", key.token(header("PS256"), kClaims),
         "token_algorithm"},
        {"the name of a key of another kind", key.token(header("RS256", R"(,"kid":"c")"), kClaims),
         "token_unknown_key"},
        {"r and s of zero",
         base64url(header("ES256", R"(,"kid":"c")")) + "." + base64url(kClaims) + "." +
             base64url(std::string(64, '\0')),
         "token_signature"},
        {"none", base64url(header("none")) + "." + base64url(kClaims) + ".", "token_algorithm"},
    };
    for (const auto& [what, token, expected] : cases) {
        EXPECT_EQ(outcome(token, keys, rules), expected) << what;
    }
    // The header chose PS256 and the settings allow it, but the key is for RS256.
    EXPECT_EQ(outcome(key.token(header("PS256"), kClaims), keys, rules_with({rs256, ps256})),
              "token_unknown_key");
    EXPECT_EQ(outcome(good, keys, rules_with({es256})), "token_algorithm");
    EXPECT_EQ(outcome(good, key_set({}), rules), "token_unknown_key");
}

}  // namespace
}  // namespace signet::oauth
