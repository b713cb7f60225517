#include "mail/encoded_words.h"

#include "base/text.h"

#include <gtest/gtest.h>

namespace signet::mail {
namespace {

// RFC 2047 §8, and the rules of §2, §4, §6.2.
TEST(EncodedWords, are_decoded_where_the_charset_is_known) {
    struct Case {
        std::string text, decoded;
    };
    const Case cases[] = {
        {"=?US-ASCII?Q?Keith_Moore?=", "Keith Moore"},
        {"=?ISO-8859-1?Q?Andr=E9?= Pirard", "Andr\xC3\xA9 Pirard"},
        {"=?ISO-8859-1?Q?Olle_J=E4rnefors?=", "Olle J\xC3\xA4rnefors"},
        {"=?ISO-8859-1?B?SWYgeW91IGNhbiByZWFkIHRoaXMgeW8=?=", "If you can read this yo"},
        {"=?utf-8?b?w7w?=", "\xC3\xBC"},  // the padding left out
        {"=?utf-8*de?q?=C3=BC?=", "\xC3\xBC"},
        {"(=?ISO-8859-1?Q?a?=)", "(a)"},
        {"=?utf-8?Q?a?= b", "a b"},
        {"=?utf-8?Q?a?= =?utf-8?Q?b?=", "ab"},
        {"=?utf-8?Q?a?=\t  =?utf-8?Q?b?= c", "ab c"},
        {"=?utf-8?Q?a_b?=", "a b"},
        {"=?utf-8?Q?a?= =?utf-8?Q?_b?=", "a b"},
        {"plain", "plain"},
        {"", ""},
    };
    for (const auto& c : cases) EXPECT_EQ(decode_encoded_words(c.text), c.decoded) << c.text;
}

TEST(EncodedWords, stay_as_they_are_when_they_cannot_be_read) {
    for (const std::string_view text :
         {"=?koi8-r?Q?=D0?=", "=?utf-8?X?a?=", "=?utf-8?Q?a", "=?utf-8?Q?=4?=", "=?utf-8?Q?=ZZ?=",
          "=?utf-8?B?####?=", "=?utf-8?Q?a b?=", "=?utf-8??a?=", "=?", "=?=", "=?utf-8?Q",
          "=?a?=?="}) {
        EXPECT_EQ(decode_encoded_words(text), text);
    }
}

// security.md class 23: what is shown to people never steers their terminal.
TEST(EncodedWords, security_23_yield_no_control_characters) {
    EXPECT_EQ(decode_encoded_words("=?utf-8?Q?a=0D=0Ab=1B[2J=00?="),
              "a\xEF\xBF\xBD\xEF\xBF\xBD"
              "b\xEF\xBF\xBD[2J\xEF\xBF\xBD");
    EXPECT_TRUE(is_utf8(decode_encoded_words("=?utf-8?Q?=FF=C3?= \xFF")));
}

}  // namespace
}  // namespace signet::mail
