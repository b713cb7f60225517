#include "admin/request.h"

#include <gtest/gtest.h>

namespace signet::admin {
namespace {

TEST(Request, is_a_method_and_typed_parameters) {
    auto request = parse_request(
        R"({"method":"account.add","parameters":{"name":"ann","addresses":["a@b.example"],)"
        R"("generate":true,"count":7,"password":"hunter22"}})");
    ASSERT_TRUE(request) << request.error();
    EXPECT_EQ(request->method, "account.add");
    EXPECT_EQ(request->text("name"), "ann");
    EXPECT_EQ(request->list("addresses")->at(0), "a@b.example");
    EXPECT_EQ(request->flag("generate"), true);
    EXPECT_EQ(request->number("count"), 7u);
    EXPECT_EQ(request->password->reveal(), "hunter22");
    EXPECT_FALSE(request->texts.contains("password"));
    EXPECT_TRUE(parse_request(R"({"method":"status"})"));
}

TEST(Request, names_a_parameter_that_is_not_known) {
    constexpr std::string_view known[] = {"name"};
    const auto unknown = [&](std::string_view parameters) {
        const auto request =
            parse_request(R"({"method":"x","parameters":)" + std::string{parameters} + "}");
        return request ? request->unknown_parameter(known) : "?";
    };
    EXPECT_EQ(unknown(R"({"name":"a"})"), "");
    EXPECT_EQ(unknown(R"({"nam":"a"})"), "nam");
    EXPECT_EQ(unknown(R"({"l":[]})"), "l");
    EXPECT_EQ(unknown(R"({"f":true})"), "f");
    EXPECT_EQ(unknown(R"({"n":1})"), "n");
    EXPECT_EQ(unknown(R"({"password":"x"})"), "password");
}

TEST(Request, what_is_none_is_refused) {
    for (const auto bad :
         {"", "{}", "[]", "1", "{\"method\":1}", "{\"method\":\"\"}", "{\"method\":\"a\"",
          "{\"method\":\"a\",\"parameters\":[]}", "{\"method\":\"a\",\"actor\":\"root\"}",
          "{\"method\":\"a\",\"parameters\":{\"x\":null}}",
          "{\"method\":\"a\",\"parameters\":{\"x\":-1}}",
          "{\"method\":\"a\",\"parameters\":{\"x\":1.5}}",
          "{\"method\":\"a\",\"parameters\":{\"x\":{}}}",
          "{\"method\":\"a\",\"parameters\":{\"x\":[1]}}",
          "{\"method\":\"a\",\"parameters\":{\"password\":true}}", "{\"method\":\"\xff\"}"}) {
        EXPECT_FALSE(parse_request(bad)) << bad;
    }
    EXPECT_FALSE(parse_request(std::string(kMaxRequestOctets + 1, ' ')));
    EXPECT_FALSE(parse_request(std::string(kMaxRequestOctets, '[')));
}

TEST(Request, security_23_the_fault_repeats_nothing_of_the_line) {
    for (const auto bad : {R"({"method":"a","parameters":{"password":"hunter22"})",
                           R"({"method":"a","password":"hunter22"})",
                           R"({"method":"a","parameters":{"password":["hunter22"]}})"}) {
        const auto request = parse_request(bad);
        ASSERT_FALSE(request);
        EXPECT_EQ(request.error().find("hunter22"), std::string::npos);
    }
}

}  // namespace
}  // namespace signet::admin
