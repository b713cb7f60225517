// The fakes keep the contract of net/stream.h, so that what passes over them passes over sockets.
#include "net/fake_pipe.h"
#include "net/run_task.h"
#include "net/scripted_stream.h"

#include <gtest/gtest.h>

namespace signet::net {
namespace {

using namespace std::chrono_literals;

Task<Result<std::string, IoFault>> read_copy(Stream& stream, Deadline deadline) {
    const auto octets = co_await stream.read_some(deadline);
    if (!octets) co_return fail(octets.error());
    co_return std::string(*octets);
}

TEST(FakePipe, CarriesBothWaysInPartsOfTheSegmentAsked) {
    ManualClock clock;
    auto pipe = make_pipe(clock, {.segment = 3});
    std::vector<std::string> seen;
    const auto client = [](Stream& s, ManualClock& c) -> Task<void> {
        EXPECT_TRUE(co_await s.write("EHLO me\r\n", Deadline::in(c, 1s)));
        EXPECT_EQ(co_await read_copy(s, Deadline::in(c, 1s)), "250");
        co_await s.close();
    };
    const auto server = [](Stream& s, ManualClock& c, std::vector<std::string>& out) -> Task<void> {
        for (int i = 0; i < 3; ++i) out.push_back(*co_await read_copy(s, Deadline::in(c, 1s)));
        EXPECT_TRUE(co_await s.write("250", Deadline::in(c, 1s)));
        const auto end = co_await s.read_some(Deadline::in(c, 1s));
        EXPECT_EQ(end.error(), IoFault::closed);
    };
    std::vector<Task<void>> tasks;
    tasks.push_back(server(*pipe.server, clock, seen));
    tasks.push_back(client(*pipe.client, clock));
    run_tasks(std::move(tasks));
    EXPECT_EQ(seen, (std::vector<std::string>{"EHL", "O m", "e\r\n"}));
    EXPECT_EQ(pipe.server->peer().text(), pipe.client->local().text());
}

TEST(FakePipe, VirtualTimeMovesToTheFirstDeadlineWhenNothingElseCan) {
    ManualClock clock;
    auto pipe = make_pipe(clock);
    const auto start = clock.steady();
    const auto wait = [](Stream& s, ManualClock& c, std::chrono::seconds span) -> Task<void> {
        const auto end = co_await s.read_some(Deadline::in(c, span));
        EXPECT_EQ(end.error(), IoFault::timed_out);
    };
    std::vector<Task<void>> tasks;
    tasks.push_back(wait(*pipe.server, clock, 300s));
    tasks.push_back(wait(*pipe.client, clock, 60s));
    run_tasks(std::move(tasks));
    EXPECT_EQ(clock.steady() - start, 300s);
}

TEST(FakePipe, BothEndsBeginTlsTogether) {
    ManualClock clock;
    auto pipe = make_pipe(clock, {.sni = "mx.test"});
    const auto begin = [](Stream& s, ManualClock& c) -> Task<void> {
        EXPECT_TRUE(co_await s.start_tls(Deadline::in(c, 1s)));
        EXPECT_EQ(s.tls()->sni, "mx.test");
    };
    std::vector<Task<void>> tasks;
    tasks.push_back(begin(*pipe.server, clock));
    tasks.push_back(begin(*pipe.client, clock));
    run_tasks(std::move(tasks));
}

TEST(FakePipe, OctetsInTheWayOfAHandshakeFailIt) {
    ManualClock clock;
    auto pipe = make_pipe(clock);
    run_task([](Pipe& p, ManualClock& c) -> Task<void> {
        EXPECT_TRUE(co_await p.client->write("NOOP\r\n", Deadline::in(c, 1s)));
        EXPECT_TRUE(p.server->has_unread_octets());
        EXPECT_EQ((co_await p.server->start_tls(Deadline::in(c, 1s))).error(), IoFault::tls);
        EXPECT_EQ(p.server->last_tls_error(), "wrong version number");
    }(pipe, clock));
}

TEST(FakePipe, WritingToOneWhoIsGoneIsClosed) {
    ManualClock clock;
    auto pipe = make_pipe(clock);
    pipe.server.reset();
    run_task([](Stream& s, ManualClock& c) -> Task<void> {
        EXPECT_EQ((co_await s.write("x", Deadline::in(c, 1s))).error(), IoFault::closed);
        EXPECT_EQ((co_await s.read_some(Deadline::in(c, 1s))).error(), IoFault::closed);
    }(*pipe.client, clock));
}

TEST(ScriptedStream, PlaysItsLinesInOrder) {
    ManualClock clock;
    ScriptedStream stream(clock);
    stream.say("EHLO a\r\n").trickle("ab").say("STARTTLS\r\n").start_tls("mx.test").say("QUIT\r\n");
    run_task([](ScriptedStream& s, ManualClock& c) -> Task<void> {
        const auto soon = Deadline::in(c, 1s);
        EXPECT_FALSE(s.has_unread_octets());
        for (const auto* line : {"EHLO a\r\n", "a", "b", "STARTTLS\r\n"}) {
            EXPECT_EQ(co_await read_copy(s, soon), line);
        }
        EXPECT_FALSE(s.has_unread_octets());
        EXPECT_TRUE(co_await s.write("220\r\n", soon));
        EXPECT_TRUE(co_await s.start_tls(soon));
        EXPECT_EQ(s.tls()->sni, "mx.test");
        EXPECT_EQ(co_await read_copy(s, soon), "QUIT\r\n");
        EXPECT_TRUE(co_await s.write("221\r\n", soon));
        EXPECT_EQ((co_await s.read_some(soon)).error(), IoFault::closed);
        co_await s.close();
    }(stream, clock));
    EXPECT_EQ(stream.written(), "220\r\n221\r\n");
    EXPECT_EQ(stream.written_before_tls(), 5u);
    EXPECT_EQ(stream.writes(), 2u);
    EXPECT_TRUE(stream.closed());
    EXPECT_TRUE(stream.script_done());
}

TEST(ScriptedStream, GluedOctetsAreSeenAndFailAHandshake) {
    ManualClock clock;
    ScriptedStream stream(clock);
    stream.glue("NOOP\r\n");
    run_task([](ScriptedStream& s, ManualClock& c) -> Task<void> {
        EXPECT_TRUE(s.has_unread_octets());
        EXPECT_EQ((co_await s.start_tls(Deadline::in(c, 1s))).error(), IoFault::tls);
        EXPECT_EQ(s.last_tls_error(), "wrong version number");
    }(stream, clock));
}

TEST(ScriptedStream, TimePassesOnlyInPausesAndStalls) {
    ManualClock clock;
    ScriptedStream stream(clock);
    stream.pause(3s).say("a").pause(3s).say("b").stall();
    const auto start = clock.steady();
    run_task([](ScriptedStream& s, ManualClock& c) -> Task<void> {
        EXPECT_EQ(co_await read_copy(s, Deadline::in(c, 5s)), "a");
        EXPECT_EQ((co_await s.read_some(Deadline::in(c, 2s))).error(), IoFault::timed_out);
        EXPECT_EQ(co_await read_copy(s, Deadline::in(c, 2s)), "b");
        EXPECT_EQ((co_await s.read_some(Deadline::in(c, 60s))).error(), IoFault::timed_out);
    }(stream, clock));
    EXPECT_EQ(clock.steady() - start, 66s);
}

TEST(ScriptedStream, ADrainEndsOnlyAnIdleRead) {
    ManualClock clock;
    ScriptedStream stream(clock);
    stream.drain().say("DATA").drain().say("never read").fail_tls("bad certificate");
    run_task([](ScriptedStream& s, ManualClock& c) -> Task<void> {
        const auto soon = Deadline::in(c, 1s);
        EXPECT_EQ(co_await read_copy(s, soon), "DATA");
        s.set_idle(true);
        EXPECT_EQ((co_await s.read_some(soon)).error(), IoFault::cancelled);
        EXPECT_TRUE(co_await s.write("421\r\n", soon));
    }(stream, clock));
    EXPECT_EQ(stream.written(), "421\r\n");
}

}  // namespace
}  // namespace signet::net
