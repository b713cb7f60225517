// Listeners of role mx: whole sessions, in virtual time.
#include "submission/mx_world.h"

#include <gmock/gmock.h>

namespace signet::submission {
namespace {

using smtp::Role;
using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;

TEST(MxSession, takes_mail_for_our_domains_from_anyone) {
    MxWorld world;
    const auto written = world.hear("MAIL FROM:<a@example.net>\r\n" + std::string{kTo} +
                                    "DATA\r\nSubject: hi\r\n\r\nhello\r\n.\r\n");
    EXPECT_THAT(written, HasSubstr("250-STARTTLS\r\n"));
    EXPECT_THAT(written, Not(HasSubstr("AUTH")));
    ASSERT_EQ(world.queued().size(), 1u);
    const auto entry = world.queued()[0];
    EXPECT_EQ(entry.info.account, "");
    EXPECT_EQ(entry.info.origin(), queue::Origin::stranger);
    EXPECT_EQ(entry.info.envelope.sender.text(), "a@example.net");
    const auto content = world.content_of(entry.id);
    EXPECT_THAT(content, HasSubstr("from mx.example.net ([192.0.2.7])"));
    EXPECT_THAT(content, HasSubstr("with ESMTP id"));
    // RFC 5321 §6.4: a stranger's message is not mended.
    EXPECT_THAT(content, AllOf(Not(HasSubstr("Date:")), Not(HasSubstr("Message-ID:")),
                               Not(HasSubstr("From:")), EndsWith("hello\r\n")));
    const auto* accepted = world.event("message.accepted");
    ASSERT_TRUE(accepted);
    EXPECT_EQ(accepted->service, "mx");
    EXPECT_EQ(accepted->account_name, "");
}

TEST(MxSession, says_how_the_message_came) {
    MxWorld world;
    world.stream->say("HELO mx.example.net\r\nMAIL FROM:<a@b.test>\r\n" + std::string{kTo} +
                      "DATA\r\n\r\n.\r\nQUIT\r\n");
    world.serve(Role::mx);
    EXPECT_THAT(world.content_of(world.queued()[0].id), HasSubstr("with SMTP id"));
    world.reconnect()
        .say("EHLO c\r\nSTARTTLS\r\n")
        .start_tls()
        .say("EHLO c\r\nMAIL FROM:<a@b.test>\r\n" + std::string{kTo} + "DATA\r\n\r\n.\r\nQUIT\r\n");
    world.serve(Role::mx);
    EXPECT_THAT(world.content_of(world.queued().back().id), HasSubstr("with ESMTPS id"));
}

TEST(MxSession, knows_its_recipients) {
    struct Case {
        std::string_view path, told;
    };
    const Case cases[] = {
        {"<bob@here.test>", "250 2.1.5"},
        {"<BOB@HERE.test>", "250 2.1.5"},
        {"<sales@here.test>", "250 2.1.5"},
        {"<Sales@here.test>", "250 2.1.5"},
        {"<postmaster@here.test>", "250 2.1.5"},
        {"<PostMaster@also.test>", "250 2.1.5"},
        {"<Postmaster>", "250 2.1.5"},
        {"<postmaster>", "250 2.1.5"},
        {"<whoever@also.test>", "250 2.1.5"},
        // That bob may write as all of here.test makes nobody exist.
        {"<nobody@here.test>", "550 5.1.1"},
        {"<*@here.test>", "550 5.1.1"},
        {"<bob+tag@here.test>", "550 5.1.1"},
    };
    for (const auto& c : cases) {
        MxWorld world;
        EXPECT_EQ(world.rcpt(c.path), c.told) << c.path;
    }
}

TEST(MxSession, the_domainless_postmaster_belongs_to_a_domain_of_ours) {
    MxWorld world;
    world.hear("MAIL FROM:<>\r\nRCPT TO:<Postmaster>\r\nDATA\r\n\r\n.\r\n");
    EXPECT_EQ(world.queued()[0].info.envelope.recipients[0].mailbox.text(), "Postmaster@here.test");
    world.settings.domains.push_back({"mail.test", {}});
    world.hear("MAIL FROM:<>\r\nRCPT TO:<Postmaster>\r\nDATA\r\n\r\n.\r\n");
    EXPECT_EQ(world.queued()[1].info.envelope.recipients[0].mailbox.text(), "Postmaster@mail.test");
}

TEST(MxSession, security_25_relays_for_no_stranger_however_the_address_is_dressed) {
    const std::string_view paths[] = {"<bob@example.net>",
                                      "<bob@[192.0.2.1]>",
                                      "<bob@sub.here.test>",
                                      "<bob%example.net@also.test>",
                                      "<example.net!bob@also.test>",
                                      "<\"bob@example.net\"@also.test>",
                                      "<@also.test:bob@example.net>",
                                      "<@also.test,@here.test:bob@example.net>",
                                      "<postmaster@example.net>",
                                      "<bob@mail.test>"};
    for (const auto path : paths) {
        MxWorld world;
        EXPECT_EQ(world.rcpt(path), "550 5.7.1") << path;
        const auto* event = world.event("message.rejected");
        ASSERT_TRUE(event) << path;
        EXPECT_EQ(event->policy_rule, "relay");
    }
}

TEST(MxSession, a_source_route_to_a_recipient_of_ours_routes_nothing) {
    MxWorld world;
    EXPECT_EQ(world.rcpt("<@elsewhere.test:bob@here.test>"), "250 2.1.5");
}

class DarkDirectory final : public identity::RecipientDirectory {
public:
    Task<Result<bool, StoreFault>> knows(mail::Mailbox) override {
        co_return fail(StoreFault::unavailable);
    }
};

TEST(MxSession, puts_off_what_cannot_be_looked_up_and_never_refuses_it) {
    MxWorld world;
    DarkDirectory dark;
    world.serving_directory = &dark;
    EXPECT_EQ(world.rcpt("<bob@here.test>"), "451 4.3.0");
    EXPECT_EQ(world.rcpt("<postmaster@here.test>"), "250 2.1.5");
    EXPECT_EQ(world.rcpt("<sales@here.test>"), "250 2.1.5");
    EXPECT_EQ(world.event("message.rejected")->policy_action, "defer");
}

TEST(MxSession, security_12_a_harvest_ends_with_the_errors_of_a_session) {
    MxWorld world;
    world.settings.limits.errors = 3;
    std::string lines = "MAIL FROM:<a@example.net>\r\n";
    for (int i = 0; i < 9; ++i) lines += "RCPT TO:<guess" + std::to_string(i) + "@here.test>\r\n";
    const auto written = world.hear(lines);
    EXPECT_THAT(written, EndsWith("421 4.7.0 Too many errors\r\n"));
    EXPECT_THAT(written, Not(HasSubstr("guess3")));
}

TEST(MxSession, sign_in_is_not_offered_unless_it_is_set) {
    MxWorld world;
    world.stream->say("EHLO c\r\nSTARTTLS\r\n").start_tls();
    world.stream->say("EHLO c\r\n").say(World::auth_plain("ann", "secret")).say("QUIT\r\n");
    EXPECT_THAT(world.serve(Role::mx), HasSubstr("503 5.5.1 Sign-in is not offered"));
    EXPECT_EQ(world.accounts.checks, 0);
    EXPECT_TRUE(world.event("auth.attempt", "auth_not_offered"));
}

TEST(MxSession, where_sign_in_is_set_a_proven_client_relays) {
    MxWorld world;
    world.settings.listeners[0].auth = true;
    world.stream->say("EHLO c\r\n").say(World::auth_plain("ann", "secret")).say("STARTTLS\r\n");
    world.stream->start_tls()
        .say("EHLO c\r\n")
        .say(World::auth_plain("ann", "secret"))
        .say("MAIL FROM:<ann@example.com>\r\nRCPT TO:<x@example.net>\r\nDATA\r\n")
        .say("Subject: x\r\n\r\n.\r\nQUIT\r\n");
    const auto written = world.serve(Role::mx);
    EXPECT_THAT(written, HasSubstr("538 5.7.11"));
    EXPECT_THAT(written, HasSubstr("AUTH PLAIN LOGIN"));
    EXPECT_THAT(written, HasSubstr("Queued as"));
    EXPECT_EQ(world.queued()[0].info.account, "ann");
}

TEST(MxSession, a_listener_of_submission_can_go_without_sign_in_too) {
    MxWorld world;
    world.settings.listeners = {{.name = "door", .role = "submission", .auth = false}};
    world.signed_in().say("QUIT\r\n");
    const auto written = world.serve(Role::submissions);
    EXPECT_THAT(written, Not(HasSubstr("AUTH")));
    EXPECT_THAT(written, HasSubstr("503 5.5.1 Sign-in is not offered"));
}

TEST(MxSession, a_stranger_in_our_own_name_is_taken_and_marked) {
    MxWorld world;
    world.hear("MAIL FROM:<bounces@list.test>\r\n" + std::string{kTo} +
               "DATA\r\nSignet-Unproven: forged\r\nFrom: bob@here.test\r\n\r\n.\r\n");
    EXPECT_THAT(world.content_of(world.queued()[0].id),
                HasSubstr("Signet-Unproven: bob@here.test\r\n"));
    world.hear("MAIL FROM:<a@example.net>\r\n" + std::string{kTo} +
               "DATA\r\nFrom: a@example.net\r\n\r\n.\r\n");
    EXPECT_THAT(world.content_of(world.queued()[1].id), Not(HasSubstr("Signet-Unproven")));
}

TEST(MxSession, security_26_a_loop_ends_here_too) {
    MxWorld world;
    world.settings.limits.received_fields = 3;
    const auto written =
        world.hear("MAIL FROM:<a@example.net>\r\n" + std::string{kTo} +
                   "DATA\r\nReceived: a\r\nReceived: b\r\nReceived: c\r\n\r\n.\r\n");
    EXPECT_THAT(written, HasSubstr("554 5.4.6 "));
    EXPECT_TRUE(world.queued().empty());
}

TEST(MxSession, a_client_is_not_sent_away_because_it_has_not_signed_in) {
    MxWorld world;
    world.reconnect().say("EHLO c\r\n").pause(std::chrono::seconds{90}).say("NOOP\r\nQUIT\r\n");
    EXPECT_THAT(world.serve(Role::mx), EndsWith("250 2.0.0 Ok\r\n221 2.0.0 mail.test closing "
                                                "connection\r\n"));
}

}  // namespace
}  // namespace signet::submission
