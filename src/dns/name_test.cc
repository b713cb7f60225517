#include "dns/name.h"

#include <gtest/gtest.h>

namespace signet::dns {
namespace {

std::string labels(std::size_t count, std::size_t octets) {
    std::string text;
    for (std::size_t i = 0; i < count; ++i) {
        text.append(i == 0 ? "" : ".").append(octets, 'a');
    }
    return text;
}

TEST(Name, a_name_has_one_form) {
    for (const auto* text : {"mx.example.net", "MX.Example.NET", "mx.example.net."}) {
        const auto name = Name::parse(text);
        ASSERT_TRUE(name) << text;
        EXPECT_EQ(name->text(), "mx.example.net");
    }
    EXPECT_EQ(Name::parse("_25._tcp.mx-1.example")->text(), "_25._tcp.mx-1.example");
    EXPECT_EQ(Name::parse("7")->text(), "7");
}

TEST(Name, the_root_is_a_name_and_nothing_is_none) {
    ASSERT_TRUE(Name::parse("."));
    EXPECT_TRUE(Name::parse(".")->is_root());
    EXPECT_EQ(Name::parse("."), Name{});
    EXPECT_FALSE(Name::parse("a")->is_root());
    EXPECT_FALSE(Name::parse(""));
}

TEST(Name, what_is_no_name_is_refused) {
    using namespace std::string_view_literals;
    for (const auto text :
         {".."sv, ".a"sv, "a..b"sv, "a.."sv, "a b"sv, "a\\.b"sv, "a\r\nb"sv, "a\0b"sv,
          "bücher.example"sv, "*.example"sv, "a/b"sv, "[192.0.2.1]"sv, "a:b"sv}) {
        EXPECT_FALSE(Name::parse(text)) << text;
    }
}

TEST(Name, its_limits_are_those_of_the_wire) {
    EXPECT_TRUE(Name::parse(labels(1, 63)));
    EXPECT_FALSE(Name::parse(labels(1, 64)));
    EXPECT_TRUE(Name::parse(labels(3, 63) + "." + labels(1, 61)));  // 253
    EXPECT_TRUE(Name::parse(labels(3, 63) + "." + labels(1, 61) + "."));
    EXPECT_FALSE(Name::parse(labels(3, 63) + "." + labels(1, 62)));  // 254
    EXPECT_TRUE(Name::parse(labels(127, 1)));
    EXPECT_FALSE(Name::parse(labels(128, 1)));
}

}  // namespace
}  // namespace signet::dns
