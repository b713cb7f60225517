// The HTTP client over real sockets and real TLS; over scripts it is in http_client_test.cc.
#include "net/http_client.h"

#include "net/io_threads.h"
#include "net/listener.h"
#include "net/run_task.h"
#include "net/system_clock.h"
#include "net/test_ca.h"
#include "net/timer.h"

#include <gmock/gmock.h>

#include <atomic>
#include <thread>

namespace signet::net {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using Kind = HttpFault::Kind;

Deadline in(std::chrono::milliseconds span) { return Deadline::in(SystemClock{}, span); }

std::string response(std::string_view body) {
    return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
           std::string{body};
}

// A server of a few words: answers each head with what `answer` says.
class HttpClientSockets : public ::testing::Test {
protected:
    using Answer = std::function<std::string(std::string_view head)>;

    void serve(std::shared_ptr<const TlsServerContext> tls, Answer answer) {
        ListenerOptions options;
        options.bind = {{"127.0.0.1", 0}};
        if (tls) options.tls = std::make_shared<TlsServerSlot>(std::move(tls));
        const bool inside = options.tls != nullptr;
        auto listener =
            Listener::open(io_, std::move(options),
                           [this, answer, inside](std::unique_ptr<Stream> stream) -> Task<void> {
                               ++connections_;
                               if (inside && !co_await stream->start_tls(in(10s))) {
                                   co_await stream->close();
                                   ++ended_;
                                   co_return;
                               }
                               std::string head;
                               for (;;) {
                                   const auto part = co_await stream->read_some(in(10s));
                                   if (!part) break;
                                   head += *part;
                                   if (!head.contains("\r\n\r\n")) continue;
                                   (void)co_await stream->write(answer(head), in(10s));
                                   head.clear();
                               }
                               co_await stream->close();
                               ++ended_;
                           });
        ASSERT_TRUE(listener) << listener.error();
        listener_ = std::move(*listener);
        if (!std::exchange(started_, true)) io_.start();
    }

    std::string url(const std::string& host = "localhost", bool tls = true) const {
        return (tls ? "https://" : "http://") + host + ":" +
               std::to_string(listener_->addresses().front().port) + "/x";
    }

    HttpClientOptions options(TlsClientOptions tls) const {
        HttpClientOptions options{.plain_http = true, .private_addresses = true};
        auto context = TlsClientContext::load(tls);
        EXPECT_TRUE(context) << context.error();
        options.tls = *context;
        return options;
    }

    // The body, or the fault.
    static std::string ask(HttpClientOptions options, const std::string& url) {
        HttpClient client{std::move(options)};
        return run_task([&]() -> Task<std::string> {
            const auto outcome = co_await client.fetch({.url = url}, in(10s));
            if (!outcome) co_return outcome.error().text;
            co_return std::string{outcome->body.reveal()};
        }());
    }

    TestCa ca_;
    IoThreads io_{1};
    bool started_ = false;
    std::atomic<int> connections_ = 0, ended_ = 0;
    std::unique_ptr<Listener> listener_;
};

TEST_F(HttpClientSockets, asks_inside_tls_and_verifies_who_answers) {
    serve(context_of({ca_.issue("localhost")}), [](auto) { return response("hello"); });
    const TestCa stranger;
    EXPECT_EQ(ask(options({.ca = ca_.file()}), url()), "hello");
    EXPECT_THAT(ask(options({.ca = ca_.file()}), url("127.0.0.1")),
                HasSubstr("certificate verify failed: IP address mismatch"));
    EXPECT_THAT(ask(options({.ca = stranger.file()}), url()),
                HasSubstr("certificate verify failed"));
    EXPECT_THAT(ask(options({}), url()), HasSubstr("certificate verify failed"));
}

TEST_F(HttpClientSockets, asks_in_the_clear_only_where_that_is_allowed) {
    serve(nullptr, [](auto) { return response("hello"); });
    auto allowed = options({.ca = ca_.file()}), refused = options({.ca = ca_.file()});
    refused.plain_http = false;
    EXPECT_EQ(ask(std::move(allowed), url("127.0.0.1", false)), "hello");
    EXPECT_THAT(ask(std::move(refused), url("127.0.0.1", false)), HasSubstr("in the clear"));
    EXPECT_EQ(connections_, 1);
    EXPECT_THAT(ask(options({.ca = ca_.file()}), url("127.0.0.1")), HasSubstr("TLS"));
}

TEST_F(HttpClientSockets, security_15_private_addresses_are_not_even_connected_to) {
    serve(nullptr, [](auto) { return response("hello"); });
    auto closed = options({.ca = ca_.file()});
    closed.private_addresses = false;
    for (const auto* host : {"localhost", "127.0.0.1", "[::ffff:127.0.0.1]"}) {
        EXPECT_THAT(ask(closed, url(host, false)),
                    HasSubstr("at addresses of private networks alone"))
            << host;
    }
    EXPECT_EQ(connections_, 0);
}

TEST_F(HttpClientSockets, an_idle_connection_is_thrown_away_when_its_time_is_over) {
    serve(context_of({ca_.issue("localhost")}), [](auto) { return response("hello"); });
    auto brief = options({.ca = ca_.file()});
    brief.idle = 50ms;
    HttpClient client{brief};
    run_task([&]() -> Task<void> {
        for (int i = 0; i < 2; ++i) {
            EXPECT_TRUE(co_await client.fetch({.url = url()}, in(10s)));
        }
        EXPECT_EQ(connections_, 1);
        for (int i = 0; i < 1'000 && ended_ == 0; ++i) (void)co_await sleep_for(10ms);
        EXPECT_EQ(ended_, 1);  // with nobody having asked again
        EXPECT_TRUE(co_await client.fetch({.url = url()}, in(10s)));
        EXPECT_EQ(connections_, 2);
    }());
}

TEST_F(HttpClientSockets, a_silent_server_is_left_at_the_deadline) {
    serve(nullptr, [](auto) { return "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"; });
    HttpClient client{options({.ca = ca_.file()})};
    const auto fault = run_task([&]() -> Task<std::optional<HttpFault>> {
        const auto outcome = co_await client.fetch({.url = url("127.0.0.1", false)}, in(100ms));
        co_return outcome ? std::nullopt : std::optional(outcome.error());
    }());
    ASSERT_TRUE(fault);
    EXPECT_EQ(fault->kind, Kind::timed_out);
}

TEST_F(HttpClientSockets, many_threads_share_a_client_and_no_connection) {
    serve(nullptr, [](std::string_view head) {
        const auto from = head.find("/");
        return response(head.substr(from, head.find(' ', from) - from));
    });
    HttpClient client{options({.ca = ca_.file()})};
    IoThreads others{2};
    std::atomic<int> right = 0;
    const auto base = url("127.0.0.1", false);
    for (unsigned i = 0; i < 20; ++i) {
        others.spawn(i % 2, [&, i]() -> Task<void> {
            for (int j = 0; j < 20; ++j) {
                const auto path = "/x" + std::to_string(i) + "." + std::to_string(j);
                const auto outcome =
                    co_await client.fetch({.url = base.substr(0, base.size() - 2) + path}, in(30s));
                if (outcome && outcome->body.reveal() == path) ++right;
            }
        });
    }
    others.start();
    while (others.tasks() > 0) std::this_thread::sleep_for(5ms);  // a drain keeps no connection
    EXPECT_TRUE(others.drain(60s));
    EXPECT_EQ(right, 400);
    EXPECT_LT(connections_, 400);
}

}  // namespace
}  // namespace signet::net
