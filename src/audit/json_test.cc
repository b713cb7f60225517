#include "audit/json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace signet::audit {
namespace {

using testing::HasSubstr;
using testing::Not;

const Stamp kStamp{7, "mail.example.com", "01JV00000000000000000000ZZ"};
const WallTime kTime{std::chrono::microseconds{1'777'626'842'118'204}};

Event sign_in() {
    Event event;
    event.time = kTime;
    event.id = "01JV3N7Z5B3M8Q2R4T6V8X0Y1Z";
    event.event = "auth.attempt";
    event.outcome = Outcome::failure;
    event.reason = "bad_password";
    event.severity = Severity::notice;
    event.service = "submissions";
    event.frontend = "public";
    event.session_id = "01JV3N7Z5B3M8Q2R4T6V8X0Y1A";
    event.client = {"198.51.100.9", 50'123, "laptop"};
    event.server = {"192.0.2.25", 465};
    event.tls = Tls{"TLSv1.3", "TLS_AES_256_GCM_SHA384", "mail.example.com", true};
    event.user_name = "Ann@Example.com";
    event.account_name = "ann";
    event.authzid = "ann";
    event.mechanism = "PLAIN";
    event.credential_kind = "password";
    event.credential_id = "pw_1";
    event.policy_rule = "no_rule";
    event.policy_action = "reject";
    event.smtp = {535, "5.7.8"};
    event.latency_ms = 1'000.25;
    event.repeat_count = 3;
    return event;
}

Event everything() {
    auto event = sign_in();
    event.message = Message{"01JQ", "<1@example.com>", "ann@example.com", {"bob@d", "cid@d"}, 1234};
    event.delivery = Delivery{"smart", "smtp.example.net:465", 2};
    event.actor = Actor{"0", "root", "cli"};
    event.target = Target{"account", "1", "bob"};
    event.change = {{"enabled", "true", "false"}, {"password", "***", "***"}};
    event.detail = "One sentence.";
    return event;
}

TEST(Json, has_the_names_of_the_native_schema) {
    EXPECT_EQ(
        to_json(everything(), kStamp),
        R"({"schema":"signet.audit/1","time":"2026-05-01T09:14:02.118204Z",)"
        R"("id":"01JV3N7Z5B3M8Q2R4T6V8X0Y1Z","seq":7,"node":"mail.example.com",)"
        R"("instance":"01JV00000000000000000000ZZ","event":"auth.attempt","outcome":"failure",)"
        R"("reason":"bad_password","severity":"notice","service":"submissions",)"
        R"("frontend":"public","session_id":"01JV3N7Z5B3M8Q2R4T6V8X0Y1A",)"
        R"("client":{"ip":"198.51.100.9","port":50123,"ehlo":"laptop"},)"
        R"("server":{"ip":"192.0.2.25","port":465},)"
        R"("tls":{"version":"TLSv1.3","cipher":"TLS_AES_256_GCM_SHA384",)"
        R"("sni":"mail.example.com","implicit":true},)"
        R"("user":{"name":"Ann@Example.com","normalized":"ann@example.com"},)"
        R"("account":{"name":"ann"},"authzid":"ann","mechanism":"PLAIN",)"
        R"("credential":{"kind":"password","id":"pw_1"},)"
        R"("policy":{"rule":"no_rule","action":"reject"},)"
        R"("smtp":{"code":535,"enhanced":"5.7.8"},"latency_ms":1000.250,"repeat":{"count":3},)"
        R"("message":{"queue_id":"01JQ","id":"<1@example.com>","sender":"ann@example.com",)"
        R"("recipients":["bob@d","cid@d"],"size":1234},)"
        R"("delivery":{"route":"smart","next_hop":"smtp.example.net:465","attempt":2},)"
        R"("actor":{"id":"0","name":"root","via":"cli"},)"
        R"("target":{"kind":"account","id":"1","name":"bob"},)"
        R"("change":[{"field":"enabled","old":"true","new":"false"},)"
        R"({"field":"password","old":"***","new":"***"}],"detail":"One sentence."})");
}

TEST(Json, leaves_out_what_is_empty) {
    Event event;
    event.event = "service.start";
    EXPECT_EQ(to_json(event, {1, "", ""}),
              R"({"schema":"signet.audit/1","time":"1970-01-01T00:00:00.000000Z","seq":1,)"
              R"("event":"service.start","outcome":"success","reason":"ok","severity":"info"})");
}

TEST(Json, is_read_back_as_it_was_written) {
    Event bare;
    bare.event = "service.start";
    auto bounce = bare;
    bounce.message = Message{};  // the null sender, no recipients, no octets
    for (const auto& event : {everything(), sign_in(), bare, bounce}) {
        const auto line = to_json(event, kStamp);
        const auto recorded = parse_json(line);
        ASSERT_TRUE(recorded) << line;
        EXPECT_EQ(recorded->stamp.seq, kStamp.seq);
        EXPECT_EQ(recorded->stamp.node, kStamp.node);
        EXPECT_EQ(recorded->stamp.instance, kStamp.instance);
        EXPECT_EQ(recorded->event.time, event.time);
        EXPECT_EQ(recorded->event.message.has_value(), event.message.has_value());
        EXPECT_EQ(to_json(recorded->event, recorded->stamp), line);
    }
}

TEST(Json, of_a_newer_signet_is_read_too) {
    auto line = to_json(sign_in(), kStamp);
    line.insert(1, R"("hash":"00","risk":{"score":1,"signals":["new_country"]},)");
    ASSERT_TRUE(parse_json(line));
    EXPECT_EQ(parse_json(line)->event.reason, "bad_password");
}

TEST(Json, that_is_no_event_is_refused) {
    const auto good = to_json(sign_in(), kStamp);
    for (
        const std::string_view line :
        {"", "{", "[]", "1", "null", "{}", R"({"schema":"signet.audit/1"})",
         R"({"schema":"signet.audit/1","time":"x","seq":1,"event":"a","outcome":"success","severity":"info"})",
         R"({"schema":"signet.audit/1","time":"2026-05-01","seq":-1,"event":"a","outcome":"success","severity":"info"})",
         R"({"schema":"signet.audit/1","time":"2026-05-01","seq":1,"outcome":"success","severity":"info"})",
         R"({"schema":"signet.audit/1","time":"2026-05-01","seq":1,"event":"a","outcome":"won","severity":"info"})",
         R"({"schema":"signet.audit/2","time":"2026-05-01","seq":1,"event":"a","outcome":"success","severity":"info"})"}) {
        EXPECT_FALSE(parse_json(line)) << line;
    }
    for (std::size_t length = 0; length < good.size(); ++length) {
        EXPECT_FALSE(parse_json(good.substr(0, length))) << "a torn line at " << length;
    }
    EXPECT_FALSE(parse_json(good + good));
    EXPECT_FALSE(parse_json(std::string(5u << 20, ' ') + good));
}

TEST(Json, passes_over_members_of_another_type) {
    const auto recorded = parse_json(
        R"({"schema":"signet.audit/1","time":"2026-05-01","seq":1,"event":"a","outcome":"success",)"
        R"("severity":"info","client":"x","server":{"port":70000,"ip":1},"latency_ms":2,"tls":null,)"
        R"("message":{"recipients":[1,"bob@d"],"size":-1},"change":[1,{"field":"f"}]})");
    ASSERT_TRUE(recorded);
    EXPECT_EQ(recorded->event.server.port, 0);
    EXPECT_EQ(recorded->event.latency_ms, 2);
    EXPECT_FALSE(recorded->event.tls);
    EXPECT_THAT(recorded->event.message->recipients, testing::ElementsAre("bob@d"));
    EXPECT_EQ(recorded->event.change.size(), 1u);
}

// Every member that holds text gets the same hostile text.
Event hostile(const std::string& text) {
    auto event = everything();
    event.id = event.event = event.reason = event.service = event.frontend = text;
    event.session_id = event.user_name = event.account_name = event.authzid = text;
    event.mechanism = event.credential_kind = event.credential_id = text;
    event.policy_rule = event.policy_action = event.detail = text;
    event.client = {text, 1, text};
    event.server = {text, 1};
    event.tls = Tls{text, text, text, false};
    event.smtp = {535, text};
    event.message = Message{text, text, text, {text, text}, 1};
    event.delivery = Delivery{text, text, 1};
    event.actor = Actor{text, text, text};
    event.target = Target{text, text, text};
    event.change = {{text, text, text}};
    return event;
}

TEST(Json, security_23_what_a_stranger_says_stays_one_escaped_member_of_one_line) {
    for (const std::string& text :
         {std::string{"m\r\n235 ok\x1B[2J<script>"}, std::string{R"(","outcome":"success","x":")"},
          std::string{"\\"}, std::string{"\\\""}, std::string{"a\0b", 3}, std::string{"\xFF\xFE"},
          std::string{"\xC2\x85\xE2\x80\xA8"}, std::string{"\xED\xA0\x80"}}) {
        const Stamp stamp{1, text, text};
        const auto line = to_json(hostile(text), stamp);
        for (const char c : line) EXPECT_GE(static_cast<unsigned char>(c), 0x20) << line;
        const auto recorded = parse_json(line);
        ASSERT_TRUE(recorded) << line;
        EXPECT_EQ(recorded->event.outcome, Outcome::failure);
        EXPECT_EQ(to_json(recorded->event, recorded->stamp), line);
    }
}

TEST(Json, security_23_is_bounded_whatever_a_stranger_says) {
    auto event = hostile(std::string(64u << 10, 'x'));
    event.message->recipients.assign(5'000, std::string(400, '"'));
    event.change.assign(1'000, event.change.front());
    event.latency_ms = std::numeric_limits<double>::infinity();
    const auto line = to_json(event, kStamp);
    EXPECT_LT(line.size(), 1u << 20);
    EXPECT_THAT(line, HasSubstr(R"("recipients_left_out":4000)"));
    EXPECT_TRUE(parse_json(line));
}

TEST(Json, writes_no_latency_that_is_no_number) {
    for (const double latency : {0.0, -1.0, std::numeric_limits<double>::quiet_NaN()}) {
        auto event = sign_in();
        event.latency_ms = latency;
        EXPECT_THAT(to_json(event, kStamp), Not(HasSubstr("latency_ms")));
    }
}

}  // namespace
}  // namespace signet::audit
