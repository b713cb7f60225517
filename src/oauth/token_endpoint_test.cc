#include "oauth/token_endpoint.h"

#include <gmock/gmock.h>

namespace signet::oauth {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using Kind = TokenTrouble::Kind;

TokenClient client(std::string secret = "s&=+ %") {
    return {.id = "signet", .secret = Secret{std::move(secret)}};
}

TEST(TokenEndpoint, each_form_says_what_its_grant_wants) {
    EXPECT_EQ(client_credentials_form(client(), "https://outlook.office365.com/.default").reveal(),
              "grant_type=client_credentials&client_id=signet&client_secret=s%26%3D%2B+%25&"
              "scope=https%3A%2F%2Foutlook.office365.com%2F.default");
    EXPECT_EQ(client_credentials_form(client(), "").reveal(),
              "grant_type=client_credentials&client_id=signet&client_secret=s%26%3D%2B+%25");
    EXPECT_EQ(refresh_form(client(""), "a b", Secret{"r/1"}).reveal(),
              "grant_type=refresh_token&refresh_token=r%2F1&client_id=signet&scope=a+b");
    EXPECT_EQ(device_form(client(""), "a").reveal(), "client_id=signet&scope=a");
    EXPECT_EQ(device_poll_form(client("x"), Secret{"d"}).reveal(),
              "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Adevice_code&device_code=d&"
              "client_id=signet&client_secret=x");
}

TEST(TokenEndpoint, an_assertion_takes_the_place_of_the_secret) {
    auto signing = client("secret");
    signing.assertion = Secret{"a.b.c"};
    EXPECT_EQ(client_credentials_form(signing, "").reveal(),
              "grant_type=client_credentials&client_id=signet&client_assertion_type="
              "urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer&"
              "client_assertion=a.b.c");
}

TEST(TokenEndpoint, a_grant_is_read_with_its_life) {
    struct Case {
        std::string body;
        std::chrono::seconds life;
        std::string refresh;
    };
    for (const auto& c : std::vector<Case>{
             {R"({"access_token":"eyJ.a-b","token_type":"Bearer","expires_in":3599})", 3599s, ""},
             {R"({"token_type":"bearer","access_token":"eyJ.a-b","expires_in":"3600",)"
              R"("refresh_token":"r","scope":"x","more":[{}]})",
              3600s, "r"},
             {R"({"access_token":"eyJ.a-b","token_type":"BEARER"})", 300s, ""},
             {R"({"access_token":"eyJ.a-b","token_type":"Bearer","expires_in":99999999})", 86'400s,
              ""},
         }) {
        const auto grant = read_token_answer(200, c.body);
        ASSERT_TRUE(grant) << c.body << grant.error().text;
        EXPECT_EQ(grant->access_token.reveal(), "eyJ.a-b");
        EXPECT_EQ(grant->life, c.life);
        EXPECT_EQ(grant->refresh_token.reveal(), c.refresh);
    }
}

TEST(TokenEndpoint, what_is_no_grant_is_not_taken_for_one) {
    const std::string good = R"("access_token":"t","token_type":"Bearer")";
    for (const std::string& body :
         {std::string{}, std::string{"[]"}, std::string{"<html>"}, "{" + good, "{" + good + "} x",
          std::string{R"({"token_type":"Bearer"})"}, std::string{R"({"access_token":"t"})"},
          std::string{R"({"access_token":"t","token_type":"mac"})"},
          std::string{R"({"access_token":"a b","token_type":"Bearer"})"},
          std::string{R"({"access_token":"a\u0001b","token_type":"Bearer"})"},
          std::string{R"({"access_token":"a\r\nMAIL","token_type":"Bearer"})"},
          std::string{R"({"access_token":7,"token_type":"Bearer"})"},
          "{\"access_token\":\"" + std::string(8'001, 't') + "\",\"token_type\":\"Bearer\"}",
          "{" + good + R"(,"access_token":"u"})", "{" + good + R"(,"expires_in":0})",
          "{" + good + R"(,"expires_in":-1})", "{" + good + R"(,"expires_in":1.5})",
          "{" + good + R"(,"expires_in":"soon"})",
          "{" + good + ",\"refresh_token\":\"" + std::string(16'001, 'r') + "\"}"}) {
        const auto grant = read_token_answer(200, body);
        ASSERT_FALSE(grant) << body;
        EXPECT_EQ(grant.error().kind, Kind::malformed) << body;
        EXPECT_FALSE(grant.error().text.empty());
    }
}

TEST(TokenEndpoint, a_refusal_says_why_and_what_to_do) {
    struct Case {
        int status;
        std::string body;
        Kind kind;
        std::string error, says;
    };
    for (
        const auto& c : std::vector<Case>{
            {401, R"({"error":"invalid_client"})", Kind::refused, "invalid_client",
             "refused with invalid_client; client_id or client_secret is wrong"},
            {401,
             R"({"error":"invalid_client","error_description":"AADSTS7000222: The provided client )"
             R"(secret keys for app 'x' are expired. Trace ID: 1\r\nTimestamp: 2"})",
             Kind::refused, "invalid_client", "; the client secret has ended: make a new one"},
            {400, R"({"error":"invalid_grant","error_description":"AADSTS700082: gone"})",
             Kind::refused, "invalid_grant", "signet route login"},
            {400, R"({"error":"authorization_pending"})", Kind::refused, "authorization_pending",
             ""},
            {400, R"({"error":"temporarily_unavailable"})", Kind::unavailable,
             "temporarily_unavailable", ""},
            {400, R"({"error":"a\u0007b"})", Kind::unavailable, "", "HTTP 400"},
            {400, "nothing", Kind::unavailable, "", "HTTP 400"},
            {429, R"({"error":"slow_down"})", Kind::unavailable, "", "HTTP 429 (slow_down)"},
            {500, "", Kind::unavailable, "", "HTTP 500"},
            {503, "<html>", Kind::unavailable, "", "HTTP 503"},
            {204, "", Kind::unavailable, "", "HTTP 204"},
        }) {
        const auto grant = read_token_answer(c.status, c.body);
        ASSERT_FALSE(grant);
        EXPECT_EQ(grant.error().kind, c.kind) << c.body;
        EXPECT_EQ(grant.error().error, c.error) << c.body;
        EXPECT_THAT(grant.error().text, HasSubstr(c.says));
        EXPECT_EQ(grant.error().text.find_first_of("\r\n\a"), std::string::npos);
    }
}

TEST(TokenEndpoint, the_code_of_a_description_is_not_found_in_a_longer_one) {
    EXPECT_THAT(remedy("invalid_scope", "AADSTS70011: x"), HasSubstr("scope"));
    EXPECT_EQ(remedy("invalid_request", "AADSTS700112: x"), "");
    EXPECT_EQ(remedy("", ""), "");
}

TEST(TokenEndpoint, a_login_begins_with_a_code_and_an_address_that_can_be_shown) {
    const auto login = read_device_answer(
        200, R"({"device_code":"d","user_code":"ABCD-EFGH","verification_uri":)"
             R"("https://microsoft.com/devicelogin","expires_in":900,"message":"x"})");
    ASSERT_TRUE(login) << login.error().text;
    EXPECT_EQ(login->device_code.reveal(), "d");
    EXPECT_EQ(login->user_code, "ABCD-EFGH");
    EXPECT_EQ(login->address, "https://microsoft.com/devicelogin");
    EXPECT_EQ(login->life, 900s);
    EXPECT_EQ(login->interval, 5s);
    const auto with = [](const std::string& code, const std::string& uri, const std::string& more) {
        return read_device_answer(200, R"({"device_code":"d","user_code":")" + code +
                                           R"(","verification_uri":")" + uri + "\"" + more + "}");
    };
    const std::string uri = "https://a.example/d", life = R"(,"expires_in":9)";
    EXPECT_EQ(with("A", uri, life + R"(,"interval":9000)")->interval, 60s);
    EXPECT_EQ(with("A", uri, life + R"(,"interval":0)")->interval, 1s);
    EXPECT_FALSE(with("", uri, life));
    EXPECT_FALSE(with("A\\u001b[2J", uri, life));
    EXPECT_FALSE(with(std::string(65, 'A'), uri, life));
    EXPECT_FALSE(with("A", "http://a.example/d", life));
    EXPECT_FALSE(with("A", "javascript:x", life));
    EXPECT_FALSE(with("A", uri, ""));
    EXPECT_EQ(read_device_answer(400, R"({"error":"invalid_client"})").error().kind, Kind::refused);
}

}  // namespace
}  // namespace signet::oauth
