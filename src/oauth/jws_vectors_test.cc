// tests/vectors/jws.json: signatures and tokens as careless verifiers take them, made by
// tests/vectors/make_jws.py without the library that verifies here.
#include "oauth/verify.h"

#include <gtest/gtest.h>
#include <boost/json.hpp>

#include <cstdlib>
#include <fstream>
#include <iterator>

namespace signet::oauth {
namespace {

namespace json = boost::json;

std::string text_of_json(const json::value& value) { return std::string{value.as_string()}; }

std::string outcome(const std::string& token, const KeySet& keys, const IssuerRules& rules) {
    const auto jws = read_jws(token);
    if (!jws) return std::string{name(jws.error().kind)};
    const auto checked = check_signature(*jws, keys, rules);
    return checked ? "right" : std::string{name(checked.error().kind)};
}

TEST(JwsVectors, security_14_each_comes_out_as_it_says) {
    const char* const root = std::getenv("SIGNET_SOURCE_DIR");  // NOLINT(concurrency-mt-unsafe)
    ASSERT_TRUE(root);
    std::ifstream file{std::string{root} + "/tests/vectors/jws.json"};
    const std::string text{std::istreambuf_iterator<char>{file}, {}};
    std::size_t right = 0, wrong = 0;
    for (const auto& group : json::parse(text).at("groups").as_array()) {
        IssuerRules rules;
        for (const auto& one : group.at("algorithms").as_array()) {
            rules.algorithms.push_back(crypto::signature_algorithm(text_of_json(one)).value());
        }
        const auto keys =
            read_key_set(json::serialize(json::object{{"keys", group.at("keys")}})).value();
        for (const auto& one : group.at("cases").as_array()) {
            const auto expected = text_of_json(one.at(2));
            EXPECT_EQ(outcome(text_of_json(one.at(1)), keys, rules), expected)
                << text_of_json(group.at("what")) << ": " << text_of_json(one.at(0));
            ++(expected == "right" ? right : wrong);
        }
    }
    EXPECT_GE(right, 25u);
    EXPECT_GE(wrong, 220u);
}

}  // namespace
}  // namespace signet::oauth
