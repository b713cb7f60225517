// Trusted networks: whole sessions, in virtual time.
#include "submission/mx_world.h"

#include <gmock/gmock.h>

#include <algorithm>

namespace signet::submission {
namespace {

using smtp::Role;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

TEST(NetworkSession, sends_without_a_password_within_its_bounds) {
    MxWorld world;
    world.trust();
    const auto written =
        world.hear("MAIL FROM:<scanner@here.test>\r\n" + std::string{kTo} +
                   "RCPT TO:<ann@partner.test>\r\nRCPT TO:<ann@example.net>\r\nDATA\r\n"
                   "Subject: scan\r\n\r\n.\r\nMAIL FROM:<ann@example.com>\r\n");
    EXPECT_THAT(written,
                HasSubstr("550 5.7.1 Your network is trusted as printers and may not write to "
                          "example.net"));
    EXPECT_THAT(written, HasSubstr("550 5.7.1 Your network is trusted as printers and may not send "
                                   "as ann@example.com"));
    ASSERT_EQ(world.queued().size(), 1u);
    const auto entry = world.queued()[0];
    EXPECT_EQ(entry.info.account, "printers");
    EXPECT_EQ(entry.info.envelope.recipients.size(), 2u);
    const auto content = world.content_of(entry.id);
    EXPECT_THAT(content,
                AllOf(HasSubstr("with ESMTP id"), HasSubstr("Date: "),
                      HasSubstr("From: <scanner@here.test>\r\n"), Not(HasSubstr("192.0.2.7"))));
}

TEST(NetworkSession, is_in_the_audit_trail_once_a_session) {
    MxWorld world;
    world.trust();
    world.hear("NOOP\r\n");
    EXPECT_FALSE(world.event("auth.attempt"));
    world.hear("MAIL FROM:<scanner@here.test>\r\nRSET\r\nMAIL FROM:<scanner@here.test>\r\n");
    const auto* event = world.event("auth.attempt", "ok");
    ASSERT_TRUE(event);
    EXPECT_EQ(event->mechanism, "NETWORK");
    EXPECT_EQ(event->user_name, "printers");
    EXPECT_EQ(event->account_name, "printers");
    EXPECT_EQ(event->credential_kind, "network");
    EXPECT_EQ(std::ranges::count(world.audit.events(), "auth.attempt", &audit::Event::event), 1);
}

TEST(NetworkSession, is_trusted_again_after_the_handshake) {
    MxWorld world;
    world.trust({"door"});
    for (const auto role : {Role::mx, Role::submission}) {
        world.reconnect()
            .say("EHLO c\r\nMAIL FROM:<scanner@here.test>\r\nRSET\r\nSTARTTLS\r\n")
            .start_tls()
            .say("EHLO c\r\nMAIL FROM:<scanner@here.test>\r\nRCPT TO:<x@partner.test>\r\nQUIT\r\n");
        const auto written = world.serve(role);
        EXPECT_THAT(written, HasSubstr("250 2.1.5 Recipient ok"));
        // On a submission listener TLS comes first, for whoever it is.
        EXPECT_EQ(written.find("530 5.7.0 Must issue") != std::string::npos,
                  role == Role::submission);
    }
}

TEST(NetworkSession, security_21_is_held_to_its_addresses_in_the_header) {
    MxWorld world;
    world.trust();
    const auto written = world.hear("MAIL FROM:<scanner@here.test>\r\n" + std::string{kTo} +
                                    "DATA\r\nFrom: boss@here.test\r\n\r\n.\r\n");
    EXPECT_THAT(written, HasSubstr("550 5.7.1 Your network is trusted as printers and may not send "
                                   "with boss@here.test in From"));
    EXPECT_TRUE(world.queued().empty());
    EXPECT_EQ(world.event("message.rejected")->policy_rule, "header_from");
}

TEST(NetworkSession, who_signs_in_is_whoever_they_sign_in_as) {
    MxWorld world;
    world.settings.listeners = {{.name = "door", .role = "submissions"}};
    world.trust({"door"});
    world.signed_in()
        .say("MAIL FROM:<ann@example.com>\r\nRCPT TO:<x@example.net>\r\n")
        .say("DATA\r\n\r\n.\r\nQUIT\r\n");
    world.serve(Role::submissions);
    ASSERT_EQ(world.queued().size(), 1u);
    EXPECT_EQ(world.queued()[0].info.account, "ann");
}

TEST(NetworkSession, another_address_is_a_stranger) {
    MxWorld world;
    world.trust();
    world.reconnect()
        .from({"198.51.100.7", 4711})
        .say("EHLO c\r\nMAIL FROM:<scanner@here.test>\r\nRCPT TO:<x@partner.test>\r\nQUIT\r\n");
    EXPECT_THAT(world.serve(Role::mx),
                HasSubstr("550 5.7.1 This server takes no mail for partner"));
}

}  // namespace
}  // namespace signet::submission
