#include "smtp/reply.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace signet::smtp {
namespace {

using std::string_literals::operator""s;
using testing::Optional;

TEST(Reply, one_line_is_code_status_text) {
    EXPECT_EQ(reply(250, {2, 1, 0}, "ok").wire(), "250 2.1.0 ok\r\n");
    EXPECT_EQ(reply(354, "go on").wire(), "354 go on\r\n");
    EXPECT_EQ(reply(334, "").wire(), "334 \r\n");
}

TEST(Reply, each_line_of_many_repeats_the_code_and_the_status) {
    Reply many = reply(550, {5, 7, 1}, "not yours");
    many.lines.push_back("see the manual");
    EXPECT_EQ(many.wire(), "550-5.7.1 not yours\r\n550 5.7.1 see the manual\r\n");
    EXPECT_EQ(many.text(), "550 5.7.1 not yours see the manual");
    Reply ehlo = reply(250, "host");
    ehlo.lines.push_back("SIZE 1");
    EXPECT_EQ(ehlo.wire(), "250-host\r\n250 SIZE 1\r\n");
}

TEST(Reply, security_04_a_text_can_never_begin_a_second_reply) {
    const auto forged = reply(550, {5, 1, 1}, "no\r\n250 2.0.0 yes\0\n"s);
    EXPECT_EQ(forged.wire(), "550 5.1.1 no  250 2.0.0 yes  \r\n");
    EXPECT_EQ(forged.text(), "550 5.1.1 no  250 2.0.0 yes  ");
}

TEST(Reply, the_code_tells_what_kind_it_is) {
    struct Case {
        int code;
        bool positive, temporary, permanent, closes;
    };
    const Case cases[] = {
        {220, true, false, false, false}, {221, true, false, false, true},
        {235, true, false, false, false}, {250, true, false, false, false},
        {334, true, false, false, false}, {354, true, false, false, false},
        {421, false, true, false, true},  {451, false, true, false, false},
        {500, false, false, true, false}, {521, false, false, true, true},
        {554, false, false, true, false},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.code);
        const auto made = reply(c.code, "");
        EXPECT_EQ(made.positive(), c.positive);
        EXPECT_EQ(made.temporary(), c.temporary);
        EXPECT_EQ(made.permanent(), c.permanent);
        EXPECT_EQ(made.closes(), c.closes);
    }
}

TEST(EnhancedStatus, is_read_as_rfc_3463_writes_it) {
    EXPECT_THAT(parse_enhanced_status("2.0.0"), Optional(EnhancedStatus{2, 0, 0}));
    EXPECT_THAT(parse_enhanced_status("5.7.11"), Optional(EnhancedStatus{5, 7, 11}));
    EXPECT_THAT(parse_enhanced_status("4.999.999"), Optional(EnhancedStatus{4, 999, 999}));
    EXPECT_EQ((EnhancedStatus{5, 7, 11}.text()), "5.7.11");
    for (const auto* text : {"", "2", "2.0", "2.0.0.0", "3.0.0", "1.0.0", "22.0.0", "2.1000.0",
                             "2..0", "2.0.", ".0.0", "2.0.-1", "2.0.0 ", " 2.0.0", "x.0.0"}) {
        EXPECT_FALSE(parse_enhanced_status(text)) << text;
    }
}

}  // namespace
}  // namespace signet::smtp
