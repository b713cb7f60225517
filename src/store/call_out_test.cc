#include "store/call_out.h"

#include <gtest/gtest.h>

namespace signet::store {
namespace {

using identity::CheckAnswer;
using identity::Claim;
using identity::Login;
using identity::Refused;
using namespace std::string_literals;

const Claim kClaim{
    .authcid = "Ann@Example.com", .method = "PLAIN", .client = "192.0.2.7", .tls = "TLSv1.3"};

std::string question(std::string_view login, std::string password) {
    const Secret secret{std::move(password)};
    const auto made = call_out_question(kClaim, login, &secret);
    return made ? std::string{made->reveal()} : "none";
}

TEST(CallOut, asks_in_one_object_whatever_the_password_has_in_it) {
    EXPECT_EQ(question("ann@example.com", "p\"w\\ \n\x7f\xc3\xa9\0z"s),
              R"({"version":1,"question":"check","login":"ann@example.com",)"
              R"("password":"p\"w\\ \u000a\u007f)"
              "\xc3\xa9"
              R"(\u0000z","mechanism":"PLAIN","client":"192.0.2.7","tls":"TLSv1.3"})");
    EXPECT_EQ(
        call_out_question({.authcid = "x", .method = "OAUTHBEARER"}, "ann", nullptr)->reveal(),
        R"({"version":1,"question":"look_up","login":"ann","mechanism":"OAUTHBEARER"})");
    EXPECT_EQ(question("ann", "\xff"), "none");
    EXPECT_EQ(question("\xc3", "p"), "none");
}

TEST(CallOut, a_grant_is_read_with_what_the_account_may_do) {
    const auto answer = read_call_out(
        R"({"answer":"granted","account":"Ann","addresses":["ann@example.com","*@shop.example"],)"
        R"("recipients":["example.com","*.Example.org"],"groups":["staff"],"more":{"x":[1]}})",
        kClaim);
    ASSERT_TRUE(answer) << answer.error();
    const auto& login = std::get<Login>(*answer);
    EXPECT_EQ(login.account, "ann");
    EXPECT_EQ(login.authcid, "Ann@Example.com");
    EXPECT_EQ(login.method, "PLAIN");
    ASSERT_EQ(login.send_as.size(), 2u);
    EXPECT_EQ(login.send_as[1].text(), "*@shop.example");
    EXPECT_EQ(login.recipient_domains, (std::vector<std::string>{"example.com", "*.example.org"}));
    EXPECT_EQ(login.groups, std::vector<std::string>{"staff"});
    const auto bare = read_call_out(R"({"answer":"granted","account":"ann"})", kClaim);
    ASSERT_TRUE(bare);
    EXPECT_TRUE(std::get<Login>(*bare).send_as.empty());
    EXPECT_TRUE(std::get<Login>(*bare).recipient_domains.empty());
}

TEST(CallOut, a_refusal_is_read_with_its_reason) {
    const auto answer =
        read_call_out(R"({"answer":"refused","reason":"bad_password","account":"ann"})", kClaim);
    ASSERT_TRUE(answer);
    EXPECT_EQ(identity::name(std::get<Refused>(*answer).why), "bad_password");
    EXPECT_EQ(std::get<Refused>(*answer).account, "ann");
    EXPECT_TRUE(read_call_out(R"({"answer":"refused","reason":"unknown_account"})", kClaim));
}

TEST(CallOut, security_14_what_is_not_understood_grants_nothing_and_refuses_nobody) {
    const std::string granted = R"({"answer":"granted","account":"ann")";
    for (const std::string& json :
         {""s,
          "true"s,
          "[]"s,
          "{}"s,
          "granted"s,
          R"({"answer":true})"s,
          R"({"answer":"GRANTED","account":"a"})"s,
          R"({"answer":"granted"})"s,
          R"({"answer":"granted","account":""})"s,
          R"({"answer":"granted","account":7})"s,
          R"({"answer":"granted","account":"a b"})"s,
          R"({"answer":"granted","account":"../x"})"s,
          R"({"answer":"refused","answer":"granted","account":"ann"})"s,
          R"({"answer":"refused"})"s,
          R"({"answer":"refused","reason":"ok"})"s,
          R"({"answer":"refused","reason":"throttled"})"s,
          R"({"answer":"refused","reason":"bad_password","account":"a b"})"s,
          granted + R"(,"addresses":"ann@example.com"})",
          granted + R"(,"addresses":["nobody"]})",
          granted + R"(,"addresses":["*"]})",
          granted + R"(,"addresses":[7]})",
          granted + R"(,"addresses":{}})",
          granted + R"(,"recipients":"*"})",
          granted + R"(,"recipients":["a b"]})",
          granted + R"(,"recipients":[""]})",
          granted + R"(,"groups":["\u0001"]})",
          granted + R"(,"groups":[""]})",
          granted,
          granted + "} " + std::string(70'000, ' ')}) {
        EXPECT_FALSE(read_call_out(json, kClaim)) << json.substr(0, 100);
    }
    std::string many = granted + R"(,"addresses":["a@b.example")";
    for (int i = 0; i < 1'000; ++i) many += R"(,"a@b.example")";
    EXPECT_FALSE(read_call_out(many + "]}", kClaim));
}

}  // namespace
}  // namespace signet::store
