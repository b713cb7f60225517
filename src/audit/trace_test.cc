#include "audit/trace.h"

#include <gtest/gtest.h>

namespace signet::audit {
namespace {

Event event(int second, std::string name, std::string queue_id = "01Q") {
    Event made;
    made.time = WallTime{std::chrono::seconds{second}};
    made.id = "id" + std::to_string(second) + name + queue_id;
    made.event = std::move(name);
    made.message =
        Message{std::move(queue_id), "<1@a.example>", "ann@a.example", {"bob@b.example"}, 100};
    return made;
}

std::vector<std::string> names(Trace trace) {
    std::vector<std::string> all;
    for (const auto& step : std::move(trace).steps()) all.emplace_back(step_name(step));
    return all;
}

TEST(Trace, KeepsTheStepsOfOneMessageEachOnceInOrderOfTime) {
    const auto accepted = event(1, "message.accepted");
    const auto deferred = event(2, "message.deferred");
    for (const std::string name : {"01Q", "1@a.example", "<1@a.example>"}) {
        Trace trace{name};
        EXPECT_TRUE(trace.take(deferred));
        EXPECT_TRUE(trace.take(accepted));
        EXPECT_TRUE(trace.take(deferred));  // written anew after a fault
        EXPECT_EQ(names(std::move(trace)), (std::vector<std::string>{"accepted", "deferred"}));
    }
    Trace other{"01R"};
    other.take(accepted);
    other.take(Event{});
    EXPECT_TRUE(names(std::move(other)).empty());
}

TEST(Trace, IsBounded) {
    Trace trace{"01Q"};
    for (std::size_t i = 0; i < Trace::kMaxSteps; ++i) {
        auto step = event(1, "message.deferred");
        step.id += std::to_string(i);
        ASSERT_TRUE(trace.take(step));
    }
    EXPECT_TRUE(trace.take(event(1, "message.deferred", "01R")));  // another's
    EXPECT_FALSE(trace.take(event(2, "message.delivered")));
}

TEST(Trace, OneMessageIdMayBeOfSeveralMessages) {
    Trace trace{"<1@a.example>"};
    trace.take(event(1, "message.accepted", "01Q"));
    trace.take(event(2, "message.accepted", "01R"));
    EXPECT_EQ(std::move(trace).steps().size(), 2u);
}

TEST(Step, SaysWhoWhereAndWhat) {
    auto accepted = event(1, "message.accepted");
    accepted.account_name = "ann";
    accepted.client.ip = "192.0.2.1";
    accepted.tls = Tls{"TLSv1.3", "x", "", false};
    EXPECT_EQ(step_text(accepted),
              "from <ann@a.example> for bob@b.example, 100 octets, account ann, client 192.0.2.1, "
              "TLSv1.3");

    auto deferred = event(2, "message.deferred");
    deferred.delivery = Delivery{"out", "mx.b.example:25", 1};
    deferred.detail = "451 4.7.1 later";
    deferred.change.push_back({"due", "", "2026-11-24T06:05:00.000000Z"});
    EXPECT_EQ(step_text(deferred),
              "try 1 by route out to mx.b.example:25, for bob@b.example: 451 4.7.1 later; waits "
              "until 2026-11-24T06:05:00.000000Z");

    auto bounced = event(3, "message.bounced");
    bounced.message->recipients = {"a@b", "c@d", "e@f", "g@h"};
    bounced.detail = "550 no";
    EXPECT_EQ(step_text(bounced), "for a@b, c@d, e@f and 1 more: 550 no");

    auto held = event(4, "queue.held");
    held.actor = Actor{"0", "root", "cli"};
    EXPECT_EQ(step_text(held), "by root (cli)");
    EXPECT_EQ(step_name(held), "held");
}

TEST(Trace, AReportAndTheMessageThatItIsAboutLeadToOneAnother) {
    auto reported = event(2, "message.reported", "01M");
    reported.target = Target{"report", "01R", "<01R@signet.example>"};
    reported.detail = "failed";
    auto delivered = event(3, "message.delivered", "01R");
    delivered.message->message_id = "<01R@signet.example>";
    const auto steps_of = [&](std::string name) {
        Trace trace{std::move(name)};
        trace.take(event(1, "message.accepted", "01M"));
        trace.take(reported);
        trace.take(delivered);
        trace.take(reported);  // written anew after a fault
        return std::move(trace).steps();
    };
    const auto message = steps_of("01M");
    ASSERT_EQ(message.size(), 2u);
    EXPECT_EQ(step_text(message[1]), "to <ann@a.example> by message 01R, of bob@b.example: failed");

    for (const std::string name : {"01R", "01R@signet.example"}) {
        const auto report = steps_of(name);
        ASSERT_EQ(report.size(), 2u) << name;
        EXPECT_EQ(step_name(report[0]), "reported");
        EXPECT_EQ(step_text(report[0]), "about message 01M, for ann@a.example: failed");
        for (const auto& step : report) {
            EXPECT_EQ(step.message->queue_id, "01R");
            EXPECT_EQ(step.message->message_id, "<01R@signet.example>");
        }
    }
}

TEST(Step, security_10_what_a_stranger_said_stays_one_line) {
    auto bounced = event(1, "message.bounced");
    bounced.detail = "550 no\r\nfake\x1b[2J";
    const auto text = step_text(bounced);
    EXPECT_EQ(text.find_first_of("\r\n\x1b"), std::string::npos) << text;
}

}  // namespace
}  // namespace signet::audit
