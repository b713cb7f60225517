#include "dns/reply.h"

#include <gtest/gtest.h>

namespace signet::dns {
namespace {

using namespace std::string_view_literals;

const Question kQuestion{*Name::parse("example.net"), Type::a};
constexpr std::string_view kAddress = "\xC0\x00\x02\x01"sv;

TEST(Reply, records_come_with_what_is_known_of_them) {
    const std::vector rdata{kAddress, "\xC0\x00\x02\x02"sv};
    const auto answer = read_reply(kQuestion, {.secure = true,
                                               .canonical = "Web.Example.net.",
                                               .ttl = std::chrono::seconds{300},
                                               .rdata = rdata});
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->found, Answer::Found::records);
    EXPECT_TRUE(answer->secure);
    EXPECT_EQ(answer->canonical.text(), "web.example.net");
    EXPECT_EQ(answer->ttl.count(), 300);
    ASSERT_EQ(answer->addresses.size(), 2u);
    EXPECT_EQ(answer->addresses[1].text(), "192.0.2.2");
}

TEST(Reply, absence_is_an_answer_and_can_be_proven) {
    const auto nothing = read_reply(kQuestion, {.secure = true});
    ASSERT_TRUE(nothing);
    EXPECT_EQ(nothing->found, Answer::Found::no_records);
    EXPECT_TRUE(nothing->secure);
    EXPECT_EQ(nothing->canonical, kQuestion.name);
    const auto nobody = read_reply(kQuestion, {.rcode = 3});
    ASSERT_TRUE(nobody);
    EXPECT_EQ(nobody->found, Answer::Found::no_such_name);
    EXPECT_FALSE(nobody->secure);
}

TEST(Reply, what_is_no_answer_is_a_fault_of_its_kind) {
    struct Case {
        Reply reply;
        Fault::Kind kind;
        std::string text;
    };
    const Case cases[] = {
        {{.rcode = 2}, Fault::Kind::servfail, "SERVFAIL"},
        {{.rcode = 1}, Fault::Kind::servfail, "FORMERR"},
        {{.rcode = 4}, Fault::Kind::servfail, "NOTIMP"},
        {{.rcode = 5}, Fault::Kind::refused, "REFUSED"},
        {{.rcode = 23}, Fault::Kind::servfail, "RCODE 23"},
        {{.rcode = -1}, Fault::Kind::servfail, "RCODE -1"},
        {{.canonical = "a b."}, Fault::Kind::malformed, "an alias to what is no host name"},
    };
    for (const auto& c : cases) {
        const auto answer = read_reply(kQuestion, c.reply);
        ASSERT_FALSE(answer) << c.text;
        EXPECT_EQ(answer.error().kind, c.kind) << c.text;
        EXPECT_EQ(answer.error().text, c.text);
    }
}

TEST(Reply, security_29_a_bogus_reply_says_nothing_else) {
    const std::vector rdata{kAddress};
    for (const int rcode : {0, 2, 3}) {
        const auto answer = read_reply(kQuestion, {.rcode = rcode,
                                                   .secure = true,
                                                   .bogus = true,
                                                   .why_bogus = "signature\nexpired\x1B[2J",
                                                   .rdata = rdata});
        ASSERT_FALSE(answer) << rcode;
        EXPECT_EQ(answer.error().kind, Fault::Kind::bogus);
        EXPECT_EQ(answer.error().text.find_first_of("\n\x1B"), std::string::npos);
    }
}

TEST(Reply, security_29_one_broken_record_spoils_the_answer) {
    const std::vector rdata{kAddress, "\xC0\x00\x02"sv};
    const auto answer = read_reply(kQuestion, {.rdata = rdata});
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, Fault::Kind::malformed);
    EXPECT_EQ(answer.error().text, "a broken record of type A");
}

TEST(Reply, security_29_an_endless_answer_is_none) {
    const std::vector most(kMaxRecords, kAddress), more(kMaxRecords + 1, kAddress);
    EXPECT_EQ(read_reply(kQuestion, {.rdata = most})->addresses.size(), kMaxRecords);
    const auto answer = read_reply(kQuestion, {.rdata = more});
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, Fault::Kind::malformed);
}

}  // namespace
}  // namespace signet::dns
