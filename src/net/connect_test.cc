#include "net/connect.h"

#include "net/io_threads.h"
#include "net/listener.h"
#include "net/run_task.h"
#include "net/system_clock.h"
#include "net/test_ca.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace signet::net {
namespace {

using namespace std::chrono_literals;
using Kind = ConnectFault::Kind;

Deadline in(std::chrono::milliseconds span) { return Deadline::in(SystemClock{}, span); }

// A port of the loopback: listening with room for nobody, or closed.
struct RawPort {
    explicit RawPort(bool listening) : socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        EXPECT_EQ(::bind(socket, reinterpret_cast<sockaddr*>(&address), size), 0);
        if (listening) EXPECT_EQ(::listen(socket, 0), 0);
        ::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size);
        port = ntohs(address.sin_port);
    }
    ~RawPort() { ::close(socket); }
    int socket;
    std::uint16_t port = 0;
};

// What comes of it; a stream dies with the loop it lives on, so none is handed out.
Task<std::optional<ConnectFault>> attempt(ConnectTarget target, Deadline deadline) {
    const auto stream = co_await connect(std::move(target), deadline);
    co_return stream ? std::nullopt : std::optional(stream.error());
}

std::optional<Kind> kind_of(ConnectTarget target, Deadline deadline) {
    const auto fault = run_task(attempt(std::move(target), deadline));
    return fault ? std::optional(fault->kind) : std::nullopt;
}

TEST(Connect, NobodyListeningIsRefusedAndSaysWhere) {
    const RawPort closed(false);
    const auto fault = run_task(attempt({"127.0.0.1", closed.port, nullptr}, in(10s)));
    ASSERT_TRUE(fault);
    EXPECT_EQ(fault->kind, Kind::refused);
    EXPECT_EQ(fault->text, "127.0.0.1:" + std::to_string(closed.port) + ": Connection refused");
}

TEST(Connect, ANameIsLookedUpAndEachOfItsAddressesTried) {
    const RawPort closed(false);
    EXPECT_EQ(kind_of({"localhost", closed.port, nullptr}, in(10s)), Kind::refused);
}

// Without a working resolver the answer is "try later"; with one, that there is no such host.
TEST(Connect, ANameThatCannotBeIsNoConnection) {
    const auto kind = kind_of({"no-such-host.invalid", 25, nullptr}, in(20s));
    EXPECT_TRUE(kind == Kind::no_such_host || kind == Kind::resolver || kind == Kind::timed_out);
    EXPECT_EQ(kind_of({"..", 25, nullptr}, in(20s)), Kind::no_such_host);
}

TEST(Connect, ComesFromTheSourceAddressAndLeavesOutTheOtherFamily) {
    const RawPort open(true);
    const auto from = [&](const char* source) {
        return run_task(attempt(
            {.host = "127.0.0.1", .port = open.port, .tls = nullptr, .source = {*parse_ip(source)}},
            in(10s)));
    };
    EXPECT_FALSE(from("127.0.0.2"));
    sockaddr_in peer{};
    socklen_t size = sizeof peer;
    const int taken = ::accept(open.socket, reinterpret_cast<sockaddr*>(&peer), &size);
    ASSERT_GE(taken, 0);
    ::close(taken);
    EXPECT_EQ(ntohl(peer.sin_addr.s_addr), 0x7F000002u);

    const auto not_ours = from("192.0.2.1");
    ASSERT_TRUE(not_ours);
    EXPECT_TRUE(not_ours->text.starts_with("cannot send from 192.0.2.1: ")) << not_ours->text;
    const auto other_family = from("::1");
    ASSERT_TRUE(other_family);
    EXPECT_EQ(other_family->kind, Kind::unreachable);
}

TEST(Connect, security_15_WhereOnlyPublicAddressesMayBeNoneInsideIsConnectedTo) {
    const RawPort open(true);
    for (const auto* host : {"127.0.0.1", "localhost", "::1", "::ffff:127.0.0.1", "10.0.0.1",
                             "169.254.169.254", "fe80::1", "100.64.0.1", "fd00::1", "0.0.0.0", "::",
                             "224.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "/run/socket"}) {
        const auto fault = run_task(attempt(
            {.host = host, .port = open.port, .tls = nullptr, .public_only = true}, in(10s)));
        ASSERT_TRUE(fault) << host;
        EXPECT_EQ(fault->kind, Kind::not_public) << host << ": " << fault->text;
    }
    EXPECT_FALSE(
        run_task(attempt({.host = "127.0.0.1", .port = open.port, .tls = nullptr}, in(10s))));
}

TEST(Connect, APathIsAUnixSocket) {
    const auto missing = run_task(attempt({"/nowhere/socket", 0, nullptr}, in(10s)));
    ASSERT_TRUE(missing);
    EXPECT_EQ(missing->text, "/nowhere/socket: No such file or directory");
    EXPECT_EQ(kind_of({"/" + std::string(200, 'x'), 0, nullptr}, in(10s)), Kind::no_such_host);
}

TEST(Connect, ASilentAddressTimesOut) {
    const RawPort full(true);
    for (int i = 0; i < 8; ++i) {  // fills the backlog; what comes then gets no answer
        const auto kind = kind_of({"127.0.0.1", full.port, nullptr}, in(50ms));
        if (kind) {
            EXPECT_EQ(*kind, Kind::timed_out);
            return;
        }
    }
    ADD_FAILURE() << "a backlog of nothing took 8 connections";
}

TEST(Connect, ATimeThatIsOverAlreadyIsSaidSo) {
    const RawPort full(true);
    const auto kind = kind_of({"localhost", full.port, nullptr}, in(-1s));
    EXPECT_EQ(kind, Kind::timed_out);
}

class ConnectTls : public ::testing::Test {
protected:
    void serve(const TestCa::Files& files) {
        const auto context = context_of({files});
        auto listener =
            Listener::open(io_, {{{"127.0.0.1", 0}}, std::make_shared<TlsServerSlot>(context)},
                           [](std::unique_ptr<Stream> stream) -> Task<void> {
                               if (co_await stream->start_tls(in(10s))) {
                                   (void)co_await stream->write("220\r\n", in(10s));
                               }
                               co_await stream->close();
                           });
        ASSERT_TRUE(listener) << listener.error();
        listener_ = std::move(*listener);
        io_.start();
    }

    // "220" or what the fault says.
    std::string try_tls(const std::string& host, TlsClientOptions options) {
        const auto context = TlsClientContext::load(options);
        if (!context) return context.error();
        const auto port = listener_->addresses().front().port;
        return run_task([](ConnectTarget target) -> Task<std::string> {
            const auto stream = co_await connect(std::move(target), in(10s));
            if (!stream) co_return stream.error().text;
            const auto part = co_await (*stream)->read_some(in(10s));
            std::string text(part ? *part : name(part.error()));
            co_await (*stream)->close();
            co_return text;
        }({host, port, *context, true}));
    }

    TestCa ca_;
    IoThreads io_{1};
    std::unique_ptr<Listener> listener_;
};

TEST_F(ConnectTls, VerifiesTheNameAndTheIssuer) {
    serve(ca_.issue("localhost"));
    const TestCa stranger;
    EXPECT_EQ(try_tls("localhost", {.ca = ca_.file()}), "220\r\n");
    EXPECT_NE(try_tls("127.0.0.1", {.ca = ca_.file()})
                  .find("certificate verify failed: IP address mismatch"),
              std::string::npos);
    EXPECT_NE(try_tls("localhost", {.ca = stranger.file()}).find("certificate verify failed"),
              std::string::npos);
    EXPECT_NE(try_tls("localhost", {}).find("certificate verify failed"), std::string::npos);
}

TEST_F(ConnectTls, OpportunisticTakesAnyCertificate) {
    serve(ca_.issue("elsewhere.test"));
    EXPECT_EQ(try_tls("localhost", {.verify = false}), "220\r\n");
    EXPECT_NE(try_tls("localhost", {.ca = ca_.file()})
                  .find("certificate verify failed: hostname mismatch"),
              std::string::npos);
}

TEST_F(ConnectTls, AnAddressIsVerifiedAsOne) {
    serve(ca_.issue("127.0.0.1"));
    EXPECT_EQ(try_tls("127.0.0.1", {.ca = ca_.file()}), "220\r\n");
}

TEST_F(ConnectTls, ACertificateThatHasEndedIsRefused) {
    serve(ca_.issue("localhost", std::chrono::days{3}));
    EXPECT_NE(try_tls("localhost", {.ca = ca_.file()})
                  .find("certificate verify failed: certificate has expired"),
              std::string::npos);
}

TEST_F(ConnectTls, AClientCertificateNeedsItsOwnKey) {
    const auto one = ca_.issue("client.test"), two = ca_.issue("other.test");
    EXPECT_TRUE(TlsClientContext::load({.certificate = one.certificate, .key = one.key}));
    const auto wrong = TlsClientContext::load({.certificate = one.certificate, .key = two.key});
    ASSERT_FALSE(wrong);
    EXPECT_TRUE(wrong.error().starts_with("key " + two.key + ": ")) << wrong.error();
    const auto missing = TlsClientContext::load({.certificate = "/nowhere", .key = one.key});
    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.error(), "certificate /nowhere: No such file or directory");
}

TEST_F(ConnectTls, ATrustFileThatIsNoneIsASentence) {
    EXPECT_EQ(TlsClientContext::load({.ca = "/nonexistent/ca.pem"}).error(),
              "ca /nonexistent/ca.pem: No such file or directory");
    const auto empty = ca_.write("empty.pem", "");
    EXPECT_EQ(TlsClientContext::load({.ca = empty}).error().find("ca " + empty + ": "), 0u);
}

}  // namespace
}  // namespace signet::net
