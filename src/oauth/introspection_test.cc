#include "oauth/introspection.h"

#include <gtest/gtest.h>

namespace signet::oauth {
namespace {

constexpr WallTime kNow{std::chrono::seconds{1'800'000'000}};

IssuerRules rules() {
    return {.url = "https://login.example",
            .audience = {"smtp.example.com"},
            .algorithms = {},
            .required_scope = {"mail.send"},
            .account = {.claim = "username"}};
}

// RFC 7662 §2.1.
TEST(Introspection, the_question_has_the_token_alone_in_its_field) {
    EXPECT_EQ(introspection_form(Secret::copy_of("a+b/c=&active=true")).reveal(),
              "token=a%2Bb%2Fc%3D%26active%3Dtrue&token_type_hint=access_token");
}

TEST(Introspection, an_answer_says_whether_the_token_is_active) {
    for (const auto* text :
         {"", "[]", "{}", R"({"active":"true"})", R"({"active":1})", R"({"active":null})",
          R"({"active":false,"active":true})", "true", R"({"error":"invalid_client"})", "<html>"}) {
        EXPECT_FALSE(read_introspection(text)) << text;
    }
    EXPECT_TRUE(read_introspection(R"({"active":false})"));
    EXPECT_FALSE(read_introspection(R"({"active":true,"x":")" +
                                    std::string(kIntrospectionOctets, 'x') + "\"}"));
}

TEST(Introspection, what_it_says_is_held_against_the_rules) {
    struct Case {
        std::string answer, outcome;
    };
    const std::string tail = R"(,"username":"ann","aud":"smtp.example.com","scope":"mail.send"})";
    const Case cases[] = {
        {R"({"active":true)" + tail, "ok ann"},
        {R"({"active":true,"exp":1800000600)" + tail, "ok ann"},
        {R"({"active":false)" + tail, "token_revoked"},
        {R"({"active":false})", "token_revoked"},
        {R"({"active":true,"exp":1799999000)" + tail, "token_expired"},
        {R"({"active":true,"iss":"https://evil.example")" + tail, "token_issuer"},
        {R"({"active":true,"username":"ann","scope":"mail.send"})", "token_audience"},
        {R"({"active":true,"username":"ann","aud":"smtp.example.com"})", "token_scope"},
        {R"({"active":true,"cnf":{"jkt":"x"})" + tail, "token_bound"},
        {R"({"active":true,"aud":"smtp.example.com","scope":"mail.send"})", "token_account"},
    };
    for (const auto& [text, expected] : cases) {
        const auto answer = read_introspection(text);
        ASSERT_TRUE(answer) << text;
        const auto judged = judge_introspected(*answer, rules(), kNow);
        EXPECT_EQ(judged ? "ok " + judged->account : std::string{name(judged.error().kind)},
                  expected)
            << text;
    }
}

}  // namespace
}  // namespace signet::oauth
