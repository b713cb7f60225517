// Real sockets on the loopback, two I/O threads for the server, the client on the test's own.
#include "net/socket_stream.h"

#include "net/connect.h"
#include "net/io_threads.h"
#include "net/listener.h"
#include "net/run_task.h"
#include "net/system_clock.h"
#include "net/test_ca.h"
#include "net/timer.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <atomic>

namespace signet::net {
namespace {

using namespace std::chrono_literals;

Deadline in(std::chrono::milliseconds span) { return Deadline::in(SystemClock{}, span); }

class SocketStreamTest : public ::testing::Test {
protected:
    void serve(ConnectionHandler handler) {
        const auto files = ca_.issue("localhost");
        const auto context = context_of({files});
        auto listener =
            Listener::open(io_, {{{"127.0.0.1", 0}}, std::make_shared<TlsServerSlot>(context)},
                           std::move(handler));
        ASSERT_TRUE(listener) << listener.error();
        listener_ = std::move(*listener);
        io_.start();
    }

    ConnectTarget target() {
        auto context = TlsClientContext::load({.ca = ca_.file()});
        EXPECT_TRUE(context) << context.error();
        return {"localhost", listener_->addresses().front().port, *context};
    }

    // Runs `client` on a connection.
    void as_client(std::function<Task<void>(Stream&)> client) {
        run_task([](ConnectTarget to, std::function<Task<void>(Stream&)> run) -> Task<void> {
            auto stream = co_await connect(std::move(to), in(10s));
            EXPECT_TRUE(stream) << stream.error().text;
            if (stream) co_await run(**stream);
        }(target(), std::move(client)));
    }

    TestCa ca_;
    IoThreads io_{2};
    std::unique_ptr<Listener> listener_;
};

Task<std::string> read_all(Stream& stream) {
    std::string all;
    while (const auto part = co_await stream.read_some(in(10s))) all += *part;
    co_return all;
}

Task<std::string> read_size(Stream& stream, std::size_t size) {
    std::string all;
    while (all.size() < size) {
        const auto part = co_await stream.read_some(in(10s));
        if (!part) co_return "fault: " + std::string(name(part.error()));
        all += *part;
    }
    co_return all;
}

Task<void> echo(std::unique_ptr<Stream> stream) {
    for (;;) {
        const auto part = co_await stream->read_some(in(10s));
        if (!part) break;
        const std::string copy(*part);
        if (!co_await stream->write(copy, in(10s))) break;
    }
    co_await stream->close();
}

std::string pattern(std::size_t size) {
    SeededEntropy chance(size);
    std::string octets(size, '\0');
    chance.fill({reinterpret_cast<std::uint8_t*>(octets.data()), octets.size()});
    return octets;
}

TEST_F(SocketStreamTest, CarriesOctetsBothWaysAndKnowsItsEnds) {
    serve(echo);
    as_client([this](Stream& s) -> Task<void> {
        EXPECT_TRUE(co_await s.write("NOOP\r\n", in(10s)));
        EXPECT_EQ(co_await read_size(s, 6), "NOOP\r\n");
        EXPECT_EQ(s.peer().port, listener_->addresses().front().port);
        EXPECT_EQ(s.peer().ip, "127.0.0.1");
        EXPECT_EQ(s.local().ip, "127.0.0.1");
        EXPECT_FALSE(s.tls());
        co_await s.close();
        EXPECT_EQ((co_await s.read_some(in(1s))).error(), IoFault::closed);
        EXPECT_EQ((co_await s.write("x", in(1s))).error(), IoFault::closed);
    });
}

TEST_F(SocketStreamTest, ManyAtOnceOnTwoThreadsEachGetTheirOwn) {
    serve(echo);
    std::vector<Task<void>> tasks;
    const auto client = [](ConnectTarget to, int i) -> Task<void> {
        auto stream = co_await connect(std::move(to), in(20s));
        EXPECT_TRUE(stream);
        EXPECT_TRUE(co_await (*stream)->write(std::to_string(i), in(20s)));
        (void)co_await read_size(**stream, std::to_string(i).size());
        const auto body = pattern(1'000 + static_cast<std::size_t>(i));
        EXPECT_TRUE(co_await (*stream)->write(body, in(20s)));
        EXPECT_EQ(co_await read_size(**stream, body.size()), body);
        co_await (*stream)->close();
    };
    for (int i = 0; i < 100; ++i) tasks.push_back(client(target(), i));
    run_tasks(std::move(tasks));
}

TEST_F(SocketStreamTest, StartsTlsAndCarriesMegabytes) {
    serve([](std::unique_ptr<Stream> s) -> Task<void> {
        EXPECT_TRUE(co_await s->start_tls(in(10s))) << s->last_tls_error();
        EXPECT_EQ(s->tls()->sni, "localhost");
        co_await echo(std::move(s));
    });
    as_client([](Stream& s) -> Task<void> {
        EXPECT_TRUE(co_await s.start_tls(in(10s))) << s.last_tls_error();
        EXPECT_EQ(s.tls()->version, "TLSv1.3");
        const auto body = pattern(3'000'000);
        // In parts that both sides' buffers can hold, as nobody here reads while writing.
        for (std::size_t at = 0; at < body.size(); at += 60'000) {
            const auto part = std::string_view(body).substr(at, 60'000);
            EXPECT_TRUE(co_await s.write(part, in(10s)));
            const auto back = co_await read_size(s, part.size());
            EXPECT_TRUE(back == part);
            if (back != part) break;
        }
        co_await s.close();
    });
}

TEST_F(SocketStreamTest, AReadThatTimesOutMayBeFollowedByALastReply) {
    serve([](std::unique_ptr<Stream> s) -> Task<void> {
        EXPECT_EQ((co_await s->read_some(in(30ms))).error(), IoFault::timed_out);
        EXPECT_EQ((co_await s->read_some(in(0ms))).error(), IoFault::timed_out);
        EXPECT_TRUE(co_await s->write("421 timeout\r\n", in(10s)));
        co_await s->close();
    });
    as_client([](Stream& s) -> Task<void> { EXPECT_EQ(co_await read_all(s), "421 timeout\r\n"); });
}

TEST_F(SocketStreamTest, ASlowPeerInTheHandshakeTimesOutAndNothingFollows) {
    serve([](std::unique_ptr<Stream> s) -> Task<void> {
        EXPECT_EQ((co_await s->start_tls(in(30ms))).error(), IoFault::timed_out);
        EXPECT_FALSE(s->tls());
        EXPECT_EQ((co_await s->write("421\r\n", in(10s))).error(), IoFault::timed_out);
        co_await s->close();
    });
    as_client([](Stream& s) -> Task<void> { EXPECT_EQ(co_await read_all(s), ""); });
}

TEST_F(SocketStreamTest, APeerThatDoesNotReadTimesTheWriteOutForGood) {
    std::atomic<bool> over = false;
    serve([&over](std::unique_ptr<Stream> s) -> Task<void> {
        const auto much = pattern(20'000'000);
        EXPECT_EQ((co_await s->write(much, in(50ms))).error(), IoFault::timed_out);
        EXPECT_EQ((co_await s->write("x", in(10s))).error(), IoFault::timed_out);
        EXPECT_EQ((co_await s->read_some(in(10s))).error(), IoFault::timed_out);
        co_await s->close();
        over = true;
    });
    as_client([&over](Stream& s) -> Task<void> {
        while (!over) co_await sleep_for(2ms);
        (void)co_await read_all(s);
    });
}

TEST_F(SocketStreamTest, ADeadlineThatMovesOnIsObeyedWhereverItMoves) {
    serve([](std::unique_ptr<Stream> s) -> Task<void> {
        // Armed for late, wanted early; then armed for early, wanted late.
        EXPECT_TRUE(co_await s->read_some(in(10s)));
        EXPECT_EQ((co_await s->read_some(in(20ms))).error(), IoFault::timed_out);
        EXPECT_TRUE(co_await s->write("go\r\n", in(10s)));
        EXPECT_EQ(co_await read_size(*s, 2), "ok");
        co_await s->close();
    });
    as_client([](Stream& s) -> Task<void> {
        EXPECT_TRUE(co_await s.write("first", in(10s)));
        EXPECT_EQ(co_await read_size(s, 4), "go\r\n");
        co_await sleep_for(60ms);
        EXPECT_TRUE(co_await s.write("ok", in(10s)));
        EXPECT_EQ(co_await read_all(s), "");
    });
}

TEST_F(SocketStreamTest, ALastReplyIsNotLostToAResetThoughOctetsLieUnread) {
    serve([](std::unique_ptr<Stream> s) -> Task<void> {
        EXPECT_TRUE(co_await s->read_some(in(10s)));
        EXPECT_TRUE(co_await s->write("521 go away\r\n", in(10s)));
        co_await s->close();
    });
    as_client([](Stream& s) -> Task<void> {
        EXPECT_TRUE(co_await s.write("GET / HTTP/1.1\r\n", in(10s)));
        (void)co_await s.write(pattern(200'000), in(10s));
        EXPECT_EQ(co_await read_all(s), "521 go away\r\n");
    });
}

// CVE-2025-61600, CVE-2017-15130: who connects and says nothing, or half a hello, holds up nobody.
TEST_F(SocketStreamTest, security_18_silent_and_half_handshakes_leave_room_for_others) {
    serve([](std::unique_ptr<Stream> s) -> Task<void> {
        if (!co_await s->start_tls(in(60s))) co_return;
        EXPECT_TRUE(co_await s->write("220 ready\r\n", in(10s)));
        co_await s->close();
    });
    run_task([](ConnectTarget to) -> Task<void> {
        std::vector<std::unique_ptr<Stream>> silent;
        for (int i = 0; i < 60; ++i) {
            auto stream = co_await connect(to, in(10s));
            EXPECT_TRUE(stream);
            // The beginning of a record that promises 512 octets of ClientHello.
            if (i % 2 == 0) (void)co_await (*stream)->write("\x16\x03\x01\x02", in(10s));
            silent.push_back(std::move(*stream));
        }
        auto stream = co_await connect(to, in(10s));
        EXPECT_TRUE(co_await (*stream)->start_tls(in(10s)));
        EXPECT_EQ(co_await read_all(**stream), "220 ready\r\n");
    }(target()));
}

TEST_F(SocketStreamTest, APeerThatGoesIsClosedPlainAndInTls) {
    std::atomic<int> closed = 0;
    serve([&closed](std::unique_ptr<Stream> s) -> Task<void> {
        const auto first = co_await s->read_some(in(10s));
        if (first && *first == "tls") {
            EXPECT_TRUE(co_await s->write("go", in(10s)));
            EXPECT_TRUE(co_await s->start_tls(in(10s)));
            EXPECT_EQ((co_await s->read_some(in(10s))).error(), IoFault::closed);
            EXPECT_EQ((co_await s->read_some(in(10s))).error(), IoFault::closed);
        }
        ++closed;
    });
    as_client([](Stream& s) -> Task<void> { co_await s.close(); });
    for (const bool polite : {true, false}) {
        as_client([polite](Stream& s) -> Task<void> {
            EXPECT_TRUE(co_await s.write("tls", in(10s)));
            EXPECT_EQ(co_await read_size(s, 2), "go");
            EXPECT_TRUE(co_await s.start_tls(in(10s)));
            if (polite) co_await s.close();  // close_notify; otherwise a bare FIN
        });
    }
    while (closed < 3) std::this_thread::yield();
}

// RFC 3207 §4.2, CVE-2011-0411.
TEST_F(SocketStreamTest, security_03_octets_glued_behind_starttls_are_seen) {
    serve([](std::unique_ptr<Stream> s) -> Task<void> {
        EXPECT_FALSE(s->has_unread_octets());
        EXPECT_TRUE(co_await s->write("220 ready\r\n", in(10s)));
        EXPECT_EQ(co_await read_size(*s, 10), "STARTTLS\r\n");
        EXPECT_TRUE(co_await s->write("220 go\r\n", in(10s)));
        while (!s->has_unread_octets()) co_await sleep_for(1ms);  // a second segment counts, too
        EXPECT_EQ((co_await s->start_tls(in(10s))).error(), IoFault::tls);
        EXPECT_EQ(s->last_tls_error(), "wrong version number");
        EXPECT_FALSE(s->tls());
        EXPECT_EQ((co_await s->read_some(in(1s))).error(), IoFault::tls);
        co_await s->close();
    });
    as_client([](Stream& s) -> Task<void> {
        EXPECT_EQ(co_await read_size(s, 11), "220 ready\r\n");
        EXPECT_TRUE(co_await s.write("STARTTLS\r\n", in(10s)));
        EXPECT_EQ(co_await read_size(s, 8), "220 go\r\n");
        EXPECT_TRUE(co_await s.write("NOOP and more than a record header\r\n", in(10s)));
        (void)co_await read_all(s);
    });
}

TEST_F(SocketStreamTest, UnreadOctetsAreSeenInsideTls) {
    serve([](std::unique_ptr<Stream> s) -> Task<void> {
        EXPECT_TRUE(co_await s->start_tls(in(10s)));
        EXPECT_FALSE(s->has_unread_octets());
        EXPECT_TRUE(co_await s->write("go", in(10s)));
        while (!s->has_unread_octets()) co_await sleep_for(1ms);
        EXPECT_EQ(co_await read_size(*s, 5), "early");
        EXPECT_FALSE(s->has_unread_octets());
        co_await s->close();
    });
    as_client([](Stream& s) -> Task<void> {
        EXPECT_TRUE(co_await s.start_tls(in(10s)));
        EXPECT_EQ(co_await read_size(s, 2), "go");
        EXPECT_TRUE(co_await s.write("early", in(10s)));
        EXPECT_EQ(co_await read_all(s), "");
    });
}

TEST_F(SocketStreamTest, ADrainEndsIdleReadsAtOnceAndLeavesBusyOnesTheirTime) {
    std::atomic<int> waiting = 0;
    serve([&waiting](std::unique_ptr<Stream> s) -> Task<void> {
        EXPECT_TRUE(co_await s->start_tls(in(10s)));
        const auto what = co_await read_size(*s, 4);
        s->set_idle(what == "idle");
        ++waiting;
        const auto next = co_await s->read_some(in(60s));
        if (what == "idle") {
            EXPECT_EQ(next.error(), IoFault::cancelled);
        } else {
            EXPECT_EQ(*next, "more");
        }
        EXPECT_TRUE(co_await s->write("421 bye\r\n", in(10s)));
        co_await s->close();
    });
    const auto client = [](ConnectTarget to, std::string what) -> Task<void> {
        auto s = co_await connect(std::move(to), in(10s));
        EXPECT_TRUE(co_await (*s)->start_tls(in(10s)));
        EXPECT_TRUE(co_await (*s)->write(what, in(10s)));
        if (what == "busy") {
            co_await sleep_for(100ms);
            EXPECT_TRUE(co_await (*s)->write("more", in(10s)));
        }
        EXPECT_EQ(co_await read_all(**s), "421 bye\r\n");
    };
    std::thread drainer([this, &waiting] {
        while (waiting < 4) std::this_thread::yield();
        EXPECT_TRUE(io_.drain(20s));
    });
    std::vector<Task<void>> tasks;
    for (const auto* what : {"idle", "busy", "idle", "busy"})
        tasks.push_back(client(target(), what));
    run_tasks(std::move(tasks));
    drainer.join();
}

TEST_F(SocketStreamTest, WhenThePatienceIsOverEverythingIsCancelled) {
    std::atomic<int> waiting = 0;
    serve([&waiting](std::unique_ptr<Stream> s) -> Task<void> {
        ++waiting;
        EXPECT_EQ((co_await s->read_some(Deadline::never())).error(), IoFault::cancelled);
        EXPECT_EQ((co_await s->read_some(Deadline::never())).error(), IoFault::cancelled);
        co_await s->close();
    });
    as_client([this, &waiting](Stream& s) -> Task<void> {
        while (waiting < 1) co_await sleep_for(1ms);
        std::thread([this] { EXPECT_TRUE(io_.drain(10ms)); }).join();
        EXPECT_EQ(co_await read_all(s), "");
    });
}

}  // namespace
}  // namespace signet::net
