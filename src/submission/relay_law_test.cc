// The law that the whole server rests on.
#include "submission/mx_world.h"

#include <gmock/gmock.h>

#include <random>

namespace signet::submission {
namespace {

using smtp::Role;
using testing::HasSubstr;
using testing::Not;

// Whatever is said in whatever order, on whatever listener: who has proven nothing reaches no
// recipient that is not ours, and a trusted network none outside its domains.
TEST(Relay, security_25_no_order_of_commands_opens_it_to_an_unproven_client) {
    const std::string lines[] = {
        "EHLO a\r\n",
        "HELO a\r\n",
        "AUTH LOGIN\r\n",
        "*\r\n",
        World::auth_plain("ann", "wrong"),
        "c2VjcmV0\r\n",
        "RSET\r\n",
        "DATA\r\n",
        "MAIL FROM:<>\r\n",
        "MAIL FROM:<scanner@here.test>\r\n",
        "MAIL FROM:<ann@example.com>\r\n",
        "RCPT TO:<bob@example.net>\r\n",
        "RCPT TO:<bob%example.net@also.test>\r\n",
        "RCPT TO:<\"bob@example.net\"@also.test>\r\n",
        "RCPT TO:<@also.test:bob@example.net>\r\n",
        "RCPT TO:<example.net!bob@also.test>\r\n",
        "RCPT TO:<bob@[192.0.2.9]>\r\n",
        "Subject: x\r\n\r\n.\r\n",
        "VRFY bob\r\n",
        "NOOP\r\n",
    };
    const std::string local = "RCPT TO:<bob@also.test>\r\n";
    std::mt19937 random{4'711};  // NOLINT: the same sequences each time
    unsigned taken = 0, sessions = 0;
    for (const auto role : {Role::submission, Role::submissions, Role::mx}) {
        for (const bool trusted : {false, true}) {
            for (int round = 0; round < 150; ++round, ++sessions) {
                MxWorld world;
                world.settings.listeners = {{.name = "door",
                                             .role = std::string{smtp::name(role)},
                                             .auth = round % 2 == 0}};
                world.settings.limits.errors = world.settings.auth.failures = 1'000;
                if (trusted) {
                    world.trust({"door"});
                    world.settings.networks[0].recipients = {"also.test"};
                }
                const bool with_local = round % 3 == 0;
                const auto handshake_at = role == Role::submissions ? 0u : random() % 40;
                for (unsigned i = 0; i < 40; ++i) {
                    if (i == handshake_at) {
                        if (role != Role::submissions) {
                            world.stream->say(".\r\n*\r\nEHLO a\r\nSTARTTLS\r\n");
                        }
                        world.stream->start_tls();
                    }
                    const auto pick = random() % (std::size(lines) + (with_local ? 2 : 0));
                    world.stream->say(pick < std::size(lines) ? lines[pick] : local);
                }
                const auto written = world.serve(role);
                if (!with_local) {
                    ASSERT_THAT(written, Not(HasSubstr("250 2.1.5"))) << sessions;
                }
                for (const auto& entry : world.queued()) {
                    for (const auto& to : entry.info.envelope.recipients) {
                        ASSERT_EQ(to.mailbox.text(), "bob@also.test") << sessions;
                        ++taken;
                    }
                }
            }
        }
    }
    EXPECT_GT(taken, 0u);  // or nothing was tried
}

}  // namespace
}  // namespace signet::submission
