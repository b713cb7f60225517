// SMTPUTF8 (RFC 6531) and delivery-status parameters (RFC 3461) on their way to a next hop.
#include "smtp/client_play.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace signet::smtp {
namespace {

using testing::HasSubstr;
using testing::Not;

Lines answers(std::string_view keywords, std::size_t recipients = 1) {
    auto ehlo = "250-mx\r\n" + std::string{keywords} + "250 8BITMIME\r\n";
    Lines lines{"220 mx\r\n", ehlo, "250 ok\r\n"};
    for (std::size_t i = 0; i < recipients; ++i) lines.emplace_back("250 ok\r\n");
    lines.insert(lines.end(), {"354 go\r\n", "250 taken\r\n", "221 bye\r\n"});
    return lines;
}

TEST(ClientSmtputf8, security_24_goes_where_it_is_offered_and_nowhere_else) {
    struct Case {
        std::string sender, recipient;
        bool header;
    };
    for (const auto& c : {Case{"j\u00FCrgen@example.com", "bob@example.net", false},
                          Case{"ann@example.com", "\u7528\u6237@example.net", false},
                          Case{"ann@example.com", "bob@example.net", true}}) {
        SCOPED_TRACE(c.recipient);
        World world{.recipients = {c.recipient}, .sender = c.sender};
        world.envelope = [&](mail::Envelope& envelope) { envelope.smtputf8 = c.header; };
        world.server = answers("250-SMTPUTF8\r\n");
        const auto taken = play_cut(world);
        EXPECT_EQ(taken.results(), "completed +250");
        EXPECT_THAT(taken.sent, HasSubstr("MAIL FROM:<" + c.sender + "> SMTPUTF8/"));
        EXPECT_THAT(taken.sent, HasSubstr("RCPT TO:<" + c.recipient + ">/"));

        world.server = {"220 mx\r\n", "250-mx\r\n250 8BITMIME\r\n", "221 bye\r\n"};
        const auto refused = play_cut(world);
        EXPECT_EQ(refused.results(), "completed -553(ours)");
        EXPECT_EQ(refused.finished.recipients[0].reply.status, (EnhancedStatus{5, 6, 7}));
        EXPECT_THAT(refused.sent, Not(HasSubstr("MAIL")));
    }
}

TEST(ClientSmtputf8, is_not_said_for_a_message_that_does_not_need_it) {
    World world{.server = answers("250-SMTPUTF8\r\n")};
    const auto seen = play_cut(world);
    EXPECT_EQ(seen.results(), "completed +250");
    EXPECT_THAT(seen.sent, HasSubstr("MAIL FROM:<ann@example.com>/"));
}

TEST(ClientSmtputf8, security_22_what_cannot_be_seen_never_leaves) {
    World world{.recipients = {"a\u0085b@example.net", "a\u2028b@example.net", "bob@example.net"}};
    world.server = answers("250-SMTPUTF8\r\n");
    const auto seen = play_cut(world);
    EXPECT_EQ(seen.results(), "completed -553(ours) -553(ours) +250");
}

// RFC 6152 §3, RFC 6531 §3.5; decision 0144: as it is, or not at all.
TEST(ClientDowngrade, nothing_is_sent_to_a_server_that_cannot_take_it) {
    struct Case {
        mail::Body body;
        bool smtputf8;
        std::string_view keywords, results, sent;
    };
    constexpr auto seven = mail::Body::seven_bit, eight = mail::Body::eight_bit_mime;
    constexpr std::string_view none = "250-X\r\n", mime = "250-8BITMIME\r\n",
                               utf8 = "250-SMTPUTF8\r\n", both = "250-8BITMIME\r\n250-SMTPUTF8\r\n";
    const Case cases[] = {
        {seven, false, none, "completed +250", "MAIL FROM:<ann@example.com>/"},
        {seven, false, both, "completed +250", "MAIL FROM:<ann@example.com>/"},
        {eight, false, none, "completed -554(ours) 5.6.3", ""},
        {eight, false, utf8, "completed -554(ours) 5.6.3", ""},
        {eight, false, mime, "completed +250", "MAIL FROM:<ann@example.com> BODY=8BITMIME/"},
        {seven, true, none, "completed -553(ours) 5.6.7", ""},
        {seven, true, mime, "completed -553(ours) 5.6.7", ""},
        {seven, true, utf8, "completed +250", "MAIL FROM:<ann@example.com> SMTPUTF8/"},
        {eight, true, none, "completed -553(ours) 5.6.7", ""},
        {eight, true, mime, "completed -553(ours) 5.6.7", ""},
        {eight, true, utf8, "completed -554(ours) 5.6.3", ""},
        {eight, true, both, "completed +250",
         "MAIL FROM:<ann@example.com> BODY=8BITMIME SMTPUTF8/"},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(std::to_string(&c - cases));
        World world{.body = c.body};
        world.envelope = [&](mail::Envelope& envelope) { envelope.smtputf8 = c.smtputf8; };
        world.server = {"220 mx\r\n", "250-mx\r\n" + std::string{c.keywords} + "250 HELP\r\n"};
        const bool goes = !c.sent.empty();
        const Lines taken{"250 ok\r\n", "250 ok\r\n", "354 go\r\n", "250 taken\r\n"};
        if (goes) world.server.insert(world.server.end(), taken.begin(), taken.end());
        world.server.emplace_back("221 bye\r\n");
        const auto seen = play_cut(world);
        auto results = seen.results();
        const auto& status = seen.finished.recipients[0].reply.status;
        if (!goes && status) results += " " + status->text();
        EXPECT_EQ(results, c.results);
        if (goes) EXPECT_THAT(seen.sent, HasSubstr(c.sent));
        if (!goes) EXPECT_THAT(seen.sent, Not(HasSubstr("MAIL")));
    }
}

World with_dsn() {
    World world{.recipients = {"bob@example.com", "fred@bombs.af.mil"},
                .sender = "Alice@example.org"};
    world.envelope = [](mail::Envelope& envelope) {
        envelope.ret = mail::Return::headers;
        envelope.envid = "QQ 314159";
        envelope.recipients[0].notify = {.asked = true, .success = true, .failure = true};
        envelope.recipients[0].original = "rfc822;Bob+x@Example.COM";
        envelope.recipients[1].notify = {.asked = true};
    };
    return world;
}

// RFC 3461 §5.2.1
TEST(ClientDsn, parameters_are_passed_on_where_they_are_taken) {
    auto world = with_dsn();
    world.server = answers("250-DSN\r\n", 2);
    const auto seen = play_cut(world);
    EXPECT_EQ(seen.results(), "completed +250 +250");
    EXPECT_THAT(seen.sent, HasSubstr("MAIL FROM:<Alice@example.org> RET=HDRS ENVID=QQ+20314159/"));
    EXPECT_THAT(seen.sent, HasSubstr("RCPT TO:<bob@example.com> NOTIFY=SUCCESS,FAILURE "
                                     "ORCPT=rfc822;Bob+2Bx@Example.COM/"));
    EXPECT_THAT(seen.sent, HasSubstr("RCPT TO:<fred@bombs.af.mil> NOTIFY=NEVER/"));
}

TEST(ClientDsn, parameters_stay_here_where_they_are_not) {
    auto world = with_dsn();
    world.server = answers("", 2);
    const auto seen = play_cut(world);
    EXPECT_EQ(seen.results(), "completed +250 +250");
    for (const auto* word : {"RET", "ENVID", "NOTIFY", "ORCPT"}) {
        EXPECT_THAT(seen.sent, Not(HasSubstr(word)));
    }
}

TEST(ClientDsn, nothing_is_said_that_the_sender_did_not_say) {
    World world{.server = answers("250-DSN\r\n")};
    const auto seen = play_cut(world);
    EXPECT_THAT(seen.sent, HasSubstr("MAIL FROM:<ann@example.com>/"));
    EXPECT_THAT(seen.sent, HasSubstr("RCPT TO:<bob@example.net>/"));
}

}  // namespace
}  // namespace signet::smtp
