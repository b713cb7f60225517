// A server's handshake begins when the client's hello is there, whole; until then it costs nothing.
#include "net/connect.h"
#include "net/io_threads.h"
#include "net/listener.h"
#include "net/run_task.h"
#include "net/system_clock.h"
#include "net/test_ca.h"
#include "net/timer.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>
#include <future>

namespace signet::net {
namespace {

using namespace std::chrono_literals;

Deadline in(std::chrono::milliseconds span) { return Deadline::in(SystemClock{}, span); }

using Outcome = Result<void, IoFault>;

class AwaitHello : public ::testing::Test {
public:
    void serve(std::chrono::milliseconds patience) {
        const auto files = ca_.issue("localhost");
        const auto context = context_of({files});
        auto listener =
            Listener::open(io_, {{{"127.0.0.1", 0}}, std::make_shared<TlsServerSlot>(context)},
                           [this, patience](std::unique_ptr<Stream> stream) -> Task<void> {
                               const auto done = co_await stream->start_tls(in(patience));
                               outcome_.set_value(done);
                               if (done) (void)co_await stream->write("220\r\n", in(10s));
                               co_await stream->close();
                           });
        ASSERT_TRUE(listener) << listener.error();
        listener_ = std::move(*listener);
        io_.start();
    }

    Task<std::unique_ptr<Stream>> plain() {
        auto stream =
            co_await connect({"127.0.0.1", listener_->addresses().front().port, nullptr}, in(10s));
        co_return stream ? std::move(*stream) : nullptr;
    }

    Outcome outcome() {
        auto future = outcome_.get_future();
        if (future.wait_for(20s) != std::future_status::ready) return fail(IoFault::cancelled);
        return future.get();
    }

    TestCa ca_;
    std::promise<Outcome> outcome_;
    IoThreads io_{1};
    std::unique_ptr<Listener> listener_;
};

// The client's side of TLS over a pair of sockets, so that a test sees and cuts its octets.
class Client {
public:
    explicit Client(const TestCa& ca) {
        std::array<int, 2> pair{};
        EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair.data()), 0);
        ours_ = pair[1];
        theirs_ = pair[0];
        context_ = *TlsClientContext::load({.ca = ca.file()});
        tls_ = context_->connect(theirs_, "localhost");
    }
    ~Client() {
        tls_.reset();
        ::close(ours_);
        ::close(theirs_);
    }
    bool shake() { return tls_->handshake().kind == Attempt::Kind::done; }
    std::string said() {
        std::string octets(65'536, '\0');
        const auto got = ::read(ours_, octets.data(), octets.size());
        octets.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
        return octets;
    }
    void hears(std::string_view octets) {
        EXPECT_EQ(::write(ours_, octets.data(), octets.size()),
                  static_cast<ssize_t>(octets.size()));
    }

private:
    int ours_ = -1, theirs_ = -1;
    std::shared_ptr<const TlsClientContext> context_;
    std::unique_ptr<TlsIo> tls_;
};

TEST_F(AwaitHello, a_hello_in_pieces_is_a_hello_all_the_same) {
    serve(20s);
    run_task([](AwaitHello& test, TestCa& ca) -> Task<void> {
        Client client{ca};
        EXPECT_FALSE(client.shake());
        const auto hello = client.said();
        EXPECT_GT(hello.size(), 100u);
        const auto stream = co_await test.plain();
        const std::string_view all{hello};
        for (const auto& [from, to] : {std::pair<std::size_t, std::size_t>{0, 3},
                                       {3, 60},
                                       {60, all.size() - 1},
                                       {all.size() - 1, all.size()}}) {
            (void)co_await stream->write(all.substr(from, to - from), in(10s));
            co_await sleep_for(30ms);
        }
        for (bool done = false; !done;) {
            const auto octets = co_await stream->read_some(in(10s));
            if (!octets) break;
            client.hears(*octets);
            done = client.shake();
            (void)co_await stream->write(client.said(), in(10s));
        }
    }(*this, ca_));
    EXPECT_TRUE(outcome());
}

TEST_F(AwaitHello, security_18_half_a_hello_is_cut_off_by_the_deadline) {
    serve(300ms);
    run_task([](AwaitHello& test) -> Task<void> {
        const auto stream = co_await test.plain();
        (void)co_await stream->write(std::string_view{"\x16\x03\x01\x02\x00\x01\x00", 7}, in(10s));
        EXPECT_FALSE(co_await stream->read_some(in(10s)));
    }(*this));
    EXPECT_EQ(outcome(), Outcome{fail(IoFault::timed_out)});
}

TEST_F(AwaitHello, a_client_that_leaves_in_the_middle_is_gone) {
    serve(20s);
    run_task([](AwaitHello& test) -> Task<void> {
        const auto stream = co_await test.plain();
        (void)co_await stream->write(std::string_view{"\x16\x03\x01\x02\x00\x01\x00", 7}, in(10s));
        co_await stream->close();
    }(*this));
    EXPECT_FALSE(outcome());
}

TEST_F(AwaitHello, what_is_no_hello_is_refused_at_once) {
    for (const std::string_view octets :
         {std::string_view{"EHLO client\r\n"}, std::string_view{"\x16\x03\x01\xff\xff\x01", 6}}) {
        outcome_ = {};
        if (!listener_) serve(20s);
        run_task([](AwaitHello& test, std::string_view said) -> Task<void> {
            const auto stream = co_await test.plain();
            (void)co_await stream->write(said, in(10s));
            while (co_await stream->read_some(in(10s))) {
            }
        }(*this, octets));
        EXPECT_EQ(outcome(), Outcome{fail(IoFault::tls)});
    }
}

}  // namespace
}  // namespace signet::net
