#include "base/text.h"

#include <gtest/gtest.h>

namespace signet {
namespace {

TEST(Text, compares_ascii_without_case_and_nothing_else) {
    EXPECT_TRUE(equal_nocase("MAIL from", "mail FROM"));
    EXPECT_FALSE(equal_nocase("mail", "mails"));
    EXPECT_FALSE(equal_nocase("\xC3\x84", "\xC3\xA4"));  // Ä and ä differ here
    EXPECT_TRUE(starts_nocase("ehlo x", "EHLO"));
    EXPECT_FALSE(starts_nocase("eh", "EHLO"));
}

TEST(Text, trims_and_splits) {
    EXPECT_EQ(trim(" \t a b \t"), "a b");
    EXPECT_EQ(trim("   "), "");
    EXPECT_EQ(split("a,,b", ',').size(), 3u);
    EXPECT_EQ(split("", ',').size(), 1u);
}

TEST(Text, numbers_are_digits_that_fit) {
    EXPECT_EQ(parse_unsigned("0"), 0u);
    EXPECT_EQ(parse_unsigned("18446744073709551615"), UINT64_MAX);
    for (const auto bad : {"", "-1", "+1", " 1", "1 ", "0x1", "18446744073709551616",
                           "99999999999999999999", "000000000000000000001"}) {
        EXPECT_FALSE(parse_unsigned(bad)) << bad;
    }
}

TEST(Text, hex_goes_both_ways) {
    EXPECT_EQ(hex(std::string_view("\x00\xff\x1a", 3)), "00ff1a");
    EXPECT_EQ(unhex("00FF1a"), std::string("\x00\xff\x1a", 3));
    EXPECT_FALSE(unhex("0"));
    EXPECT_FALSE(unhex("0g"));
}

TEST(Text, security_23_a_field_cannot_forge_another) {
    EXPECT_EQ(percent_encode("x ip=1.2.3.4"), "x%20ip=1.2.3.4");
    EXPECT_EQ(percent_encode("a\r\n\"%'\x7f\x1b"), "a%0D%0A%22%25%27%7F%1B");
    EXPECT_EQ(percent_encode("\xC3\xA9"), "%C3%A9");
}

TEST(Text, security_23_what_people_read_has_no_control_characters) {
    EXPECT_EQ(sanitised("m\r\n235 ok\x1b[2J", 99), "m\uFFFD\uFFFD235 ok\uFFFD[2J");
    EXPECT_EQ(sanitised("\xC2\x85", 99), "\uFFFD");                  // NEL, a C1 control
    EXPECT_EQ(sanitised("\xFF\xC0\x80", 99), "\uFFFD\uFFFD\uFFFD");  // never legal, overlong
    EXPECT_EQ(sanitised("\xED\xA0\x80", 99), "\uFFFD\uFFFD\uFFFD");  // a surrogate
    EXPECT_EQ(sanitised("gr\xC3\xBC\xC3\x9F", 99), "gr\xC3\xBC\xC3\x9F");
    EXPECT_EQ(sanitised("gr\xC3\xBC\xC3\x9F", 5), "gr\xC3\xBC");  // never half a character
    EXPECT_EQ(sanitised("\xC3", 99), "\uFFFD");
}

TEST(Text, Utf8IsWellFormedOrItIsNot) {
    for (const auto* good :
         {"", "a", "j\xC3\xB6rg", "\xE2\x82\xAC", "\xF0\x9F\x93\xA8", "\xEF\xBF\xBF"}) {
        EXPECT_TRUE(is_utf8(good)) << good;
    }
    for (const auto* bad : {"\x80", "a\xC3", "\xC0\x80", "\xE0\x80\x80", "\xED\xA0\x80",
                            "\xF4\x90\x80\x80", "\xF8\x88\x80\x80\x80", "\xE2\x82", "j\xF6rg"}) {
        EXPECT_FALSE(is_utf8(bad)) << hex(bad);
    }
}

}  // namespace
}  // namespace signet
