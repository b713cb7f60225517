#include "relay/judge.h"

#include "audit/timestamp.h"

#include <gtest/gtest.h>

namespace signet::relay {
namespace {

using Kind = queue::RecipientOutcome::Kind;
using namespace std::chrono_literals;

struct Bench {
    ManualClock clock{};
    SeededEntropy entropy{1};
    UlidSource ids{clock, entropy};
    queue::Entry entry{};

    explicit Bench(std::size_t recipients) {
        entry.id = "ID";
        entry.info.account = "ann";
        entry.info.session_id = "SESSION";
        entry.info.message_id = "<1@example.org>";
        entry.info.envelope.sender.mailbox = {"ann", "example.org"};
        entry.info.accepted = clock.wall();
        entry.content_octets = 99;
        entry.recipients.resize(recipients);
        for (std::size_t i = 0; i < recipients; ++i) {
            entry.info.envelope.recipients.push_back({{std::string(1, char('a' + i)), "b.net"}});
        }
    }
    Judgement judged(std::span<const RouteAttempt> attempts) {
        return judge(entry, attempts, {}, clock.wall(), entropy);
    }
};

RouteAttempt attempt(std::string route, std::vector<std::size_t> recipients,
                     std::vector<Answer> answers, Cause cause = Cause::remote) {
    RouteAttempt made{std::move(route), std::move(recipients), {}};
    made.attempt.answers = std::move(answers);
    made.attempt.cause = cause;
    made.attempt.next_hop = "mx.test:25";
    return made;
}

TEST(Judge, EachRecipientGetsWhatItsRouteAnswered) {
    Bench bench{3};
    const RouteAttempt attempts[] = {
        attempt("here", {1}, {{Kind::delivered, "250 ok"}}),
        attempt("out", {0, 2}, {{Kind::failed, "550 no"}, {Kind::deferred, "451 later"}}),
    };
    const auto judged = bench.judged(attempts);
    ASSERT_EQ(judged.recipients.size(), 3u);
    EXPECT_EQ(judged.recipients[0].recipient, 1u);
    EXPECT_EQ(judged.recipients[0].kind, Kind::delivered);
    EXPECT_EQ(judged.recipients[1].recipient, 0u);
    EXPECT_EQ(judged.recipients[1].reply, "550 no");
    EXPECT_EQ(judged.recipients[2].kind, Kind::deferred);
    EXPECT_FALSE(judged.given_up);
    EXPECT_EQ(judged.recipients[0].handed_to, queue::HandedTo::mailbox);
    EXPECT_EQ(judged.recipients[1].remote_mta, "");
    EXPECT_GT(judged.retry_at, bench.clock.wall() + 44s);
    EXPECT_LE(judged.retry_at, bench.clock.wall() + 60s);
}

TEST(Judge, WhoWaitsWhenTheLifetimeIsOverHasFailedAndTheLastAnswerIsKept) {
    Bench bench{2};
    bench.entry.attempts = 40;
    bench.clock.advance(24h * 5);
    const RouteAttempt attempts[] = {
        attempt("out", {0, 1}, {{Kind::deferred, "451 4.7.1 grey"}, {Kind::delivered, "250 ok"}})};
    const auto judged = bench.judged(attempts);
    EXPECT_TRUE(judged.given_up);
    EXPECT_EQ(judged.recipients[0].kind, Kind::failed);
    EXPECT_EQ(judged.recipients[0].reply,
              "451 4.4.7 given up after 41 tries; the last answer: 451 4.7.1 grey");
    EXPECT_EQ(judged.recipients[1].kind, Kind::delivered);
    const auto events = events_of(bench.entry, attempts, judged, bench.clock.wall(), bench.ids);
    ASSERT_EQ(events.size(), 2u);
    EXPECT_EQ(events[1].event, "message.bounced");
    EXPECT_EQ(events[1].reason, "expired");
}

TEST(Judge, WhoSaidItAndWhoHasItGoesToTheReport) {
    Bench bench{2};
    auto from =
        attempt("out", {0, 1},
                {{Kind::delivered, "250 ok", "mx.test"}, {Kind::deferred, "451 later", "mx.test"}});
    from.attempt.handed_to = queue::HandedTo::hop_without_dsn;
    auto judged = bench.judged({&from, 1});
    EXPECT_EQ(judged.recipients[0].handed_to, queue::HandedTo::hop_without_dsn);
    EXPECT_EQ(judged.recipients[1].remote_mta, "mx.test");

    bench.entry.attempts = 40;
    bench.clock.advance(24h * 5);
    judged = bench.judged({&from, 1});
    EXPECT_TRUE(judged.given_up);
    EXPECT_EQ(judged.recipients[1].remote_mta, "") << "that it is given up are our own words";
}

TEST(Judge, ThereIsOneEventForEachRouteAndKindWithItsRecipients) {
    Bench bench{4};
    bench.entry.attempts = 2;
    const RouteAttempt attempts[] = {
        attempt("here", {3}, {{Kind::delivered, "250 2.0.0 ok"}}),
        attempt("out", {0, 1, 2},
                {{Kind::failed, "550 5.1.1 no"},
                 {Kind::deferred, "451 4.7.1 later"},
                 {Kind::failed, "550 5.1.1 no"}}),
    };
    const auto events =
        events_of(bench.entry, attempts, bench.judged(attempts), bench.clock.wall(), bench.ids);
    ASSERT_EQ(events.size(), 3u);
    EXPECT_EQ(events[0].event, "message.delivered");
    EXPECT_EQ(events[0].outcome, audit::Outcome::success);
    EXPECT_EQ(events[0].reason, "ok");
    EXPECT_EQ(events[1].event, "message.deferred");
    EXPECT_EQ(events[1].reason, "remote_4xx");
    ASSERT_EQ(events[1].change.size(), 1u);
    EXPECT_EQ(events[1].change[0].field, "due");
    EXPECT_GT(events[1].change[0].new_value, audit::timestamp(bench.clock.wall()));
    EXPECT_TRUE(events[0].change.empty());
    EXPECT_EQ(events[1].smtp.code, 451);
    EXPECT_EQ(events[1].smtp.enhanced, "4.7.1");
    const auto& bounced = events[2];
    EXPECT_EQ(bounced.event, "message.bounced");
    EXPECT_EQ(bounced.reason, "remote_5xx");
    EXPECT_EQ(bounced.outcome, audit::Outcome::failure);
    EXPECT_EQ(bounced.session_id, "SESSION");
    EXPECT_EQ(bounced.account_name, "ann");
    EXPECT_EQ(bounced.delivery->route, "out");
    EXPECT_EQ(bounced.delivery->next_hop, "mx.test:25");
    EXPECT_EQ(bounced.delivery->attempt, 3u);
    EXPECT_EQ(bounced.message->queue_id, "ID");
    EXPECT_EQ(bounced.message->recipients, (std::vector<std::string>{"a@b.net", "c@b.net"}));
    EXPECT_EQ(bounced.message->size, 99u);
    EXPECT_TRUE(is_ulid(bounced.id));
}

TEST(Judge, security_23_WhatTheNextHopSaidCannotForgeALine) {
    Bench bench{1};
    const RouteAttempt attempts[] = {
        attempt("out", {0}, {{Kind::failed, "550 x\r\n{\"event\":\"auth.attempt\"}\x1b[2J"}})};
    const auto events =
        events_of(bench.entry, attempts, bench.judged(attempts), bench.clock.wall(), bench.ids);
    for (const char c : events[0].detail) {
        EXPECT_FALSE(c == '\r' || c == '\n' || c == '\x1b');
    }
}

TEST(Judge, AnAnswerLostBehindTheDotIsAWarningThatSaysSo) {
    Bench bench{1};
    auto lost = attempt("out", {0}, {{Kind::deferred, "451 4.4.2 lost"}}, Cause::lost);
    lost.attempt.maybe_delivered = true;
    const auto events =
        events_of(bench.entry, {&lost, 1}, bench.judged({&lost, 1}), bench.clock.wall(), bench.ids);
    EXPECT_EQ(events[0].severity, audit::Severity::warning);
    EXPECT_EQ(events[0].reason, "lost");
    EXPECT_TRUE(events[0].detail.starts_with("The next hop may have taken it"));
}

}  // namespace
}  // namespace signet::relay
