// The header of a message, judged before anything of it is kept.
#include "submission/mx_world.h"

#include <gmock/gmock.h>

namespace signet::submission {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

struct HeaderWorld : World {
    // What a message with this header is answered.
    std::string send(std::string header, std::string_view sender = "ann@example.com") {
        reconnect();
        signed_in()
            .say("MAIL FROM:<" + std::string{sender} + ">\r\nRCPT TO:<x@example.net>\r\nDATA\r\n")
            .say(std::move(header) + "\r\nbody\r\n.\r\nQUIT\r\n");
        const auto written = serve();
        const auto from = written.find("354 ");
        const auto begin = written.find("\r\n", from) + 2;
        return written.substr(begin, written.find("\r\n", begin) - begin);
    }
};

TEST(HeaderSession, security_21_another_name_in_the_header_is_refused_before_anything_is_kept) {
    HeaderWorld world;
    EXPECT_THAT(world.send("From: boss@example.com\r\n"),
                StartsWith("550 5.7.1 You are signed in as ann and may not send with "
                           "boss@example.com in From"));
    EXPECT_THAT(world.send("From: ann@example.com\r\nFrom: boss@example.com\r\n"),
                StartsWith("550 5.6.0 "));
    EXPECT_THAT(world.send("From: ann@example.com\r\nSender: boss@example.com\r\n"),
                StartsWith("550 5.7.1 "));
    EXPECT_TRUE(world.queued().empty());
    EXPECT_TRUE(world.event("message.rejected", "header_from"));
    EXPECT_TRUE(world.event("message.rejected", "header_sender"));
    EXPECT_THAT(world.send("From: ann@example.com\r\n"), StartsWith("250 2.0.0 Queued"));
}

TEST(HeaderSession, a_missing_from_is_the_sender) {
    HeaderWorld world;
    EXPECT_THAT(world.send("Subject: x\r\n"), StartsWith("250 "));
    EXPECT_THAT(world.content_of(world.queued()[0].id), HasSubstr("From: <ann@example.com>\r\n"));
    EXPECT_THAT(world.send("Subject: x\r\n", ""), StartsWith("550 5.6.0 "));
    EXPECT_THAT(world.send("From: ann@example.com\r\n", ""), StartsWith("250 "));
}

TEST(HeaderSession, the_check_can_be_switched_off) {
    HeaderWorld world;
    world.settings.policy.header_from = "any";
    EXPECT_THAT(world.send("From: boss@example.com\r\n"), StartsWith("250 "));
}

}  // namespace
}  // namespace signet::submission
