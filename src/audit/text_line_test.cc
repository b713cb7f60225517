#include "audit/text_line.h"

#include "base/text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace signet::audit {
namespace {

using testing::ElementsAre;

Event failure() {
    Event event;
    event.event = "auth.attempt";
    event.outcome = Outcome::failure;
    event.reason = "bad_password";
    event.user_name = "ann@example.com";
    event.client.ip = "198.51.100.9";
    event.mechanism = "PLAIN";
    event.service = "submissions";
    return event;
}

std::vector<std::string> keys(const std::string& line) {
    std::vector<std::string> found;
    for (const auto part : split(line, ' ')) found.emplace_back(part.substr(0, part.find('=')));
    return found;
}

// The contract of docs/reference/audit.md.  A new key comes last; nothing else ever changes.
TEST(TextLine, of_a_sign_in_is_a_stable_contract) {
    EXPECT_EQ(text_line(failure()),
              "auth outcome=failure reason=bad_password user=ann@example.com ip=198.51.100.9 "
              "mech=PLAIN service=submissions rule=- rep=1");
}

TEST(TextLine, of_a_message_is_a_stable_contract) {
    Event event;
    event.event = "message.deferred";
    event.outcome = Outcome::error;
    event.reason = "remote_4xx";
    event.account_name = "ann";
    event.client.ip = "198.51.100.9";
    event.service = "relay";
    event.session_id = "01S";
    event.smtp = {451, "4.7.1"};
    event.message = Message{"01Q", "<1@a>", "ann@example.com", {"bob@d", "cid@d"}, 1234};
    event.delivery = Delivery{"smart", "smtp.example.net:465", 2};
    EXPECT_EQ(text_line(event),
              "message event=deferred outcome=error reason=remote_4xx user=ann ip=198.51.100.9 "
              "service=relay queue=01Q msgid=<1@a> from=ann@example.com to=bob@d nrcpt=2 size=1234 "
              "route=smart hop=smtp.example.net:465 try=2 code=451 status=4.7.1 session=01S");
    event.message->sender = "";
    EXPECT_THAT(text_line(event), testing::HasSubstr(" from=<> "));
}

TEST(TextLine, of_any_other_event_is_a_stable_contract) {
    Event event;
    event.event = "account.disabled";
    event.service = "cli";
    event.actor = Actor{"0", "root", "cli"};
    event.target = Target{"account", "1", "bob"};
    event.detail = "Left the company.";
    EXPECT_EQ(text_line(event),
              "event name=account.disabled outcome=success reason=ok user=- ip=- service=cli "
              "session=- actor=root target=bob detail=Left%20the%20company.");
}

TEST(TextLine, has_all_its_keys_whatever_is_missing) {
    Event event;
    event.event = "auth.attempt";
    EXPECT_THAT(keys(text_line(event)), ElementsAre("auth", "outcome", "reason", "user", "ip",
                                                    "mech", "service", "rule", "rep"));
    event.event = "message.accepted";
    EXPECT_THAT(keys(text_line(event)),
                ElementsAre("message", "event", "outcome", "reason", "user", "ip", "service",
                            "queue", "msgid", "from", "to", "nrcpt", "size", "route", "hop", "try",
                            "code", "status", "session"));
    event.event = "";
    EXPECT_THAT(keys(text_line(event)),
                ElementsAre("event", "name", "outcome", "reason", "user", "ip", "service",
                            "session", "actor", "target", "detail"));
}

TEST(TextLine, tells_a_dash_from_nothing) {
    auto event = failure();
    event.user_name = "-";
    EXPECT_THAT(text_line(event), testing::HasSubstr(" user=%2D "));
}

TEST(TextLine, security_23_a_user_name_cannot_forge_a_field_or_a_line) {
    for (const std::string& name :
         {std::string{"x ip=192.0.2.1"}, std::string{"m\r\n235 ok\x1B[2J<script>"},
          std::string{"a\tb"}, std::string{"a\"b'c%d"}, std::string{"a\0b", 3},
          std::string{"\xE2\x80\xA8"}, std::string{"\xC2\xA0"}, std::string(100'000, ' ')}) {
        auto event = failure();
        event.user_name = event.reason = event.mechanism = event.policy_rule = name;
        const auto line = text_line(event);
        EXPECT_THAT(keys(line), ElementsAre("auth", "outcome", "reason", "user", "ip", "mech",
                                            "service", "rule", "rep"));
        EXPECT_THAT(line, testing::HasSubstr(" ip=198.51.100.9 "));
        for (const char c : line) EXPECT_TRUE(c >= ' ' && c <= '~') << line;
        EXPECT_LT(line.size(), 4'000u);
    }
}

}  // namespace
}  // namespace signet::audit
