#include "oauth/json.h"

#include <gtest/gtest.h>

namespace signet::oauth {
namespace {

TEST(Json, each_kind_answers_to_its_own_question_alone) {
    const auto read = read_json(
        R"( {"text":"ä\u00e4\n","whole":-7,"part":1.5,"yes":true,"none":null,"list":[1,"b"],"in":{"a":1}} )");
    ASSERT_TRUE(read);
    EXPECT_EQ(text_of(*read, "text"), "ää\n");
    EXPECT_EQ(read->find("whole")->integer(), -7);
    EXPECT_FALSE(read->find("part")->integer());
    EXPECT_EQ(read->find("yes")->boolean(), true);
    EXPECT_EQ(read->find("list")->array()->size(), 2u);
    EXPECT_EQ(read->find("in")->find("a")->integer(), 1);
    EXPECT_FALSE(read->find("none")->text());
    EXPECT_FALSE(read->find("whole")->text());
    EXPECT_FALSE(read->find("text")->integer());
    EXPECT_EQ(text_of(*read, "whole"), "");
    EXPECT_EQ(read->find("absent"), nullptr);
    EXPECT_EQ(read->find("text")->find("x"), nullptr);
}

// What one parser reads as a date and another as none.
TEST(Json, only_an_integer_of_64_bits_is_one) {
    for (const auto* text : {"1.0", "1e3", "1E400", "-1e400", "0.5", "9223372036854775808",
                             "18446744073709551616", "1e-1"}) {
        const auto read = read_json(text);
        ASSERT_TRUE(read) << text;
        EXPECT_FALSE(read->integer()) << text;
    }
    EXPECT_EQ(read_json("9223372036854775807")->integer(), 9'223'372'036'854'775'807);
    EXPECT_EQ(read_json("-9223372036854775808")->integer(), INT64_MIN);
    for (const auto* text : {"01", "+1", "1.", ".5", "0x10", "NaN", "Infinity", "--1"}) {
        EXPECT_FALSE(read_json(text)) << text;
    }
}

TEST(Json, security_14_a_name_that_comes_twice_is_refused_at_any_depth) {
    for (const auto* text :
         {R"({"iss":"a","iss":"b"})", R"({"iss":"a","iss":"a"})", R"({"iss":1,"x":2,"iss":3})",
          R"({"x":{"y":[{"z":1,"z":2}]}})", R"({"iss":1,"\u0069ss":2})", R"({"":1,"":2})"}) {
        const auto read = read_json(text);
        ASSERT_FALSE(read) << text;
        EXPECT_EQ(read.error(), JsonFault::duplicate_name) << text;
    }
    EXPECT_TRUE(read_json(R"({"a":{"a":1},"A":{"a":2}})"));
}

TEST(Json, what_is_no_json_is_refused) {
    for (const std::string& text : {std::string{""},
                                    std::string{" "},
                                    std::string{"{"},
                                    std::string{"{}{}"},
                                    std::string{"{} x"},
                                    std::string{"{},"},
                                    std::string{"[1,]"},
                                    std::string{"{\"a\":1,}"},
                                    std::string{"{'a':1}"},
                                    std::string{"{a:1}"},
                                    std::string{"// c\n{}"},
                                    std::string{"{}/* c */"},
                                    std::string{"\"\xFF\""},
                                    std::string{"\"\xC0\x80\""},
                                    std::string{R"("\ud800")"},
                                    std::string{R"("\x")"},
                                    std::string{"\"a\nb\""},
                                    std::string{"{}\0", 3},
                                    std::string{"\xEF\xBB\xBF{}"},
                                    std::string{"nul"}}) {
        const auto read = read_json(text);
        ASSERT_FALSE(read) << text;
        EXPECT_EQ(read.error(), JsonFault::malformed) << text;
    }
}

TEST(Json, limits_hold) {
    const auto nested = [](std::size_t depth) {
        return std::string(depth, '[') + std::string(depth, ']');
    };
    EXPECT_TRUE(read_json(nested(16)));
    EXPECT_EQ(read_json(nested(17)).error(), JsonFault::too_deep);
    EXPECT_EQ(read_json(nested(30'000)).error(), JsonFault::too_deep);
    EXPECT_EQ(read_json("\"" + std::string(100, 'x') + "\"", {.octets = 101}).error(),
              JsonFault::too_large);
    std::string many = "[0";
    for (int i = 0; i < 20'000; ++i) many += ",0";
    EXPECT_EQ(read_json(many + "]").error(), JsonFault::too_large);
    EXPECT_TRUE(read_json(many + "]", {.values = 30'000}));
}

TEST(Json, texts_are_one_or_an_array_of_nothing_else) {
    EXPECT_EQ(texts_of(*read_json("\"a\"")), std::vector<std::string>{"a"});
    EXPECT_EQ(texts_of(*read_json("[\"a\",\"b\"]")), (std::vector<std::string>{"a", "b"}));
    EXPECT_EQ(texts_of(*read_json("[]")), std::vector<std::string>{});
    for (const auto* text : {"1", "null", "{}", "[\"a\",1]", "[[\"a\"]]", "[null]", "true"}) {
        EXPECT_FALSE(texts_of(*read_json(text))) << text;
    }
}

}  // namespace
}  // namespace signet::oauth
