#include "net/socket_stream.h"

#include "base/invariant.h"
#include "net/proxy_protocol.h"
#include "net/readiness.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <cerrno>
#include <csignal>

namespace signet::net {

namespace {

constexpr std::size_t kScratch = 65'536;
constexpr std::size_t kBulk = 4'096;            // after a read of this much more is likely there
constexpr std::chrono::seconds kLinger{2};      // for the peer's FIN after ours …
constexpr std::size_t kLingerOctets = 1 << 20;  // … and what it may still send

// One for each I/O thread: an idle session owns no buffer.
std::span<char> scratch() {
    thread_local const auto octets = std::make_unique<char[]>(kScratch);
    return {octets.get(), kScratch};
}

Attempt conclude(ssize_t result, Attempt::Kind when_blocked) {
    if (result > 0) return {Attempt::Kind::done, static_cast<std::size_t>(result)};
    if (result == 0) return {Attempt::Kind::closed};
    if (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR) return {when_blocked};
    return {Attempt::Kind::closed};
}

Endpoint address_of(int socket, int (*ask)(int, sockaddr*, socklen_t*)) {
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    if (ask(socket, reinterpret_cast<sockaddr*>(&address), &size) != 0) return {};
    return endpoint_of(address);
}

// How many octets must be there before the socket counts as readable (socket(7), SO_RCVLOWAT).
void set_low_water(int socket, std::size_t octets) {
    const int count = static_cast<int>(octets);
    (void)::setsockopt(socket, SOL_SOCKET, SO_RCVLOWAT, &count, sizeof count);
}

// RFC 8446 §5.1: struct { ContentType type; ProtocolVersion; uint16 length; fragment }
constexpr std::size_t kRecordHead = 5;
constexpr std::size_t kMaxRecord = 16'384;  // of what is not encrypted
constexpr unsigned char kHandshake = 22;

// The octets of the first record as far as its head tells; 0: it is none, or not there yet.
std::size_t first_record(int socket) {
    std::array<unsigned char, kRecordHead> head{};
    const auto got = ::recv(socket, head.data(), head.size(), MSG_PEEK | MSG_DONTWAIT);
    if (got != static_cast<ssize_t>(kRecordHead) || head[0] != kHandshake) return 0;
    const auto length = static_cast<std::size_t>(head[3] << 8 | head[4]);
    return length > kMaxRecord ? 0 : kRecordHead + length;
}

class SocketStream final : public Stream {
public:
    SocketStream(const boost::asio::any_io_executor& executor, int socket,
                 std::shared_ptr<const TlsStarter> starter)
        : ready_(executor, socket),
          peer_(address_of(socket, ::getpeername)),
          starter_(std::move(starter)) {}

    Task<Result<std::string_view, IoFault>> read_some(Deadline deadline) override;
    Task<Result<void, IoFault>> write(std::string_view octets, Deadline deadline) override;
    Task<Result<void, IoFault>> start_tls(Deadline deadline) override;
    Task<void> close() override;
    void set_idle(bool idle) override { idle_ = idle; }
    bool has_unread_octets() override;

    std::optional<TlsInfo> tls() const override {
        return tls_ && tls_->established() ? std::optional(tls_->info()) : std::nullopt;
    }
    std::optional<Secret> channel_binding(ChannelBinding type) const override {
        return tls_ ? tls_->channel_binding(type) : std::nullopt;
    }
    std::string last_tls_error() const override { return tls_ ? tls_->error() : std::string(); }
    HandshakeFailure handshake_failure() const override {
        auto failure = tls_ ? tls_->failure() : HandshakeFailure{};
        if (over_ == IoFault::timed_out) failure.why = HandshakeFault::timeout;
        return failure;
    }
    void set_read_limit(std::size_t octets) override { read_limit_ = octets; }
    Endpoint peer() const override { return proxied_ ? proxied_->client : peer_; }
    Endpoint local() const override {
        return proxied_ ? proxied_->server : address_of(socket(), ::getsockname);
    }
    void behind_proxy(Endpoint client, Endpoint server) override {
        proxied_ = std::make_unique<ProxyEnds>(std::move(client), std::move(server));
    }
    std::optional<Endpoint> proxy() const override {
        return proxied_ ? std::optional(peer_) : std::nullopt;
    }

private:
    int socket() const { return ready_.descriptor(); }
    Attempt try_read(std::span<char> into);
    Attempt try_write(std::string_view octets);
    // Where the next read goes.
    std::span<char> room() const {
        const auto whole = scratch();
        return read_limit_ > 0 ? whole.first(std::min(read_limit_, whole.size())) : whole;
    }
    // What the attempt must wait for; none: it is a fault, and stays one.
    std::optional<Readiness::For> next(const Attempt& attempt);
    Task<Result<void, IoFault>> await_hello(Deadline deadline);
    Task<void> linger();

    Readiness ready_;
    std::unique_ptr<ProxyEnds> proxied_;
    std::size_t read_limit_ = 0;
    Endpoint peer_;  // kept: a peer that is gone has no address any more
    std::shared_ptr<const TlsStarter> starter_;
    std::unique_ptr<TlsIo> tls_;
    std::optional<IoFault> over_;  // only close() is left
    bool peer_closed_ = false;
    bool idle_ = false;
    bool bulk_ = false;
};

Attempt SocketStream::try_read(std::span<char> into) {
    if (tls_) return tls_->read(into);
    return conclude(::recv(socket(), into.data(), into.size(), 0), Attempt::Kind::want_read);
}

Attempt SocketStream::try_write(std::string_view octets) {
    if (tls_) return tls_->write(octets);
    return conclude(::send(socket(), octets.data(), octets.size(), MSG_NOSIGNAL),
                    Attempt::Kind::want_write);
}

std::optional<Readiness::For> SocketStream::next(const Attempt& attempt) {
    switch (attempt.kind) {
    case Attempt::Kind::done:
    case Attempt::Kind::want_read: return Readiness::For::read;
    case Attempt::Kind::want_write: return Readiness::For::write;
    case Attempt::Kind::closed:
        peer_closed_ = true;
        over_ = IoFault::closed;
        return std::nullopt;
    case Attempt::Kind::broken: over_ = IoFault::tls; return std::nullopt;
    }
    std::unreachable();
}

// Waits first, unless more is likely there: a client that awaits replies would otherwise cost a
// vain recv(2) for each of them.
Task<Result<std::string_view, IoFault>> SocketStream::read_some(Deadline deadline) {
    if (over_) co_return fail(*over_);
    const auto drain = idle_ ? Readiness::Drain::ends_wait : Readiness::Drain::leaves_wait;
    Attempt attempt{Attempt::Kind::want_read};
    if (bulk_ || (tls_ && tls_->has_buffered())) attempt = try_read(room());
    while (attempt.kind != Attempt::Kind::done) {
        const auto what = next(attempt);
        if (!what) co_return fail(*over_);
        const auto waited = co_await ready_.wait(*what, deadline, drain);
        if (!waited) co_return fail(waited.error());
        attempt = try_read(room());
    }
    bulk_ = attempt.octets >= kBulk;
    co_return std::string_view(scratch().data(), attempt.octets);
}

Task<Result<void, IoFault>> SocketStream::write(std::string_view octets, Deadline deadline) {
    if (over_) co_return fail(*over_);
    while (!octets.empty()) {
        const auto attempt = try_write(octets);
        if (attempt.kind == Attempt::Kind::done) {
            octets.remove_prefix(attempt.octets);
            continue;
        }
        const auto what = next(attempt);
        if (!what) co_return fail(*over_);
        const auto waited = co_await ready_.wait(*what, deadline, Readiness::Drain::leaves_wait);
        if (!waited) {
            over_ = waited.error();  // half a reply is out: nothing can follow it
            co_return fail(waited.error());
        }
    }
    co_return Result<void, IoFault>{};
}

Task<Result<void, IoFault>> SocketStream::start_tls(Deadline deadline) {
    INVARIANT(!tls_, "TLS is begun once");
    if (over_) co_return fail(*over_);
    if (!starter_) {
        over_ = IoFault::tls;
        co_return fail(IoFault::tls);
    }
    bulk_ = false;
    if (starter_->awaits_hello()) {
        if (const auto hello = co_await await_hello(deadline); !hello) {
            over_ = hello.error();
            co_return hello;
        }
    }
    tls_ = starter_->begin(socket());
    for (;;) {
        const auto attempt = tls_->handshake();
        if (attempt.kind == Attempt::Kind::done) break;
        const auto what = next(attempt);
        if (!what) co_return fail(*over_);
        const auto waited = co_await ready_.wait(*what, deadline, Readiness::Drain::leaves_wait);
        if (!waited) {
            over_ = waited.error();
            co_return fail(waited.error());
        }
    }
    co_return Result<void, IoFault>{};
}

// OpenSSL takes some 40 KiB for a connection as soon as it has seen one octet.  So it is not asked
// before the client's hello is there, whole: until then the octets lie in the kernel, and a client
// that sends half of it holds next to nothing.  Whatever else comes is OpenSSL's to refuse.
Task<Result<void, IoFault>> SocketStream::await_hello(Deadline deadline) {
    std::size_t wanted = kRecordHead;
    for (int waits = 0; wanted > 0 && waits < 2; ++waits) {
        set_low_water(socket(), wanted);
        const auto waited =
            co_await ready_.wait(Readiness::For::read, deadline, Readiness::Drain::leaves_wait);
        if (!waited) co_return fail(waited.error());
        wanted = first_record(socket());
    }
    set_low_water(socket(), 1);
    co_return Result<void, IoFault>{};
}

bool SocketStream::has_unread_octets() {
    if (over_) return false;
    if (tls_) return tls_->has_unread_octets();
    char octet = 0;
    return ::recv(socket(), &octet, 1, MSG_PEEK | MSG_DONTWAIT) > 0;
}

Task<void> SocketStream::close() {
    if (socket() < 0) co_return;
    if (tls_) tls_->send_close_notify();
    (void)::shutdown(socket(), SHUT_WR);
    // A TLS alert is a last reply, too.
    if (!peer_closed_ && over_.value_or(IoFault::tls) == IoFault::tls) co_await linger();
    over_ = IoFault::closed;
    ready_.close();
}

// A close with octets unread is a reset, and a reset may overtake the last reply.
Task<void> SocketStream::linger() {
    const auto deadline = Deadline::at(std::chrono::steady_clock::now() + kLinger);
    std::size_t seen = 0;
    while (seen < kLingerOctets) {
        const auto got = ::recv(socket(), scratch().data(), kScratch, 0);
        const auto attempt = conclude(got, Attempt::Kind::want_read);
        if (attempt.kind == Attempt::Kind::closed) co_return;
        seen += attempt.octets;
        if (attempt.kind == Attempt::Kind::done) continue;
        const auto waited =
            co_await ready_.wait(Readiness::For::read, deadline, Readiness::Drain::leaves_wait);
        if (!waited) co_return;
    }
}

}  // namespace

std::unique_ptr<Stream> make_socket_stream(const boost::asio::any_io_executor& executor, int socket,
                                           std::shared_ptr<const TlsStarter> tls) {
    [[maybe_unused]] static const auto once = std::signal(SIGPIPE, SIG_IGN);
    return std::make_unique<SocketStream>(executor, socket, std::move(tls));
}

Endpoint endpoint_of(const sockaddr_storage& address) {
    std::array<char, INET6_ADDRSTRLEN> text{};
    if (address.ss_family == AF_INET) {
        const auto& v4 = reinterpret_cast<const sockaddr_in&>(address);
        ::inet_ntop(AF_INET, &v4.sin_addr, text.data(), text.size());
        return {text.data(), ntohs(v4.sin_port)};
    }
    if (address.ss_family == AF_INET6) {
        const auto& v6 = reinterpret_cast<const sockaddr_in6&>(address);
        if (IN6_IS_ADDR_V4MAPPED(&v6.sin6_addr)) {
            ::inet_ntop(AF_INET, v6.sin6_addr.s6_addr + 12, text.data(), text.size());
        } else {
            ::inet_ntop(AF_INET6, &v6.sin6_addr, text.data(), text.size());
        }
        return {text.data(), ntohs(v6.sin6_port)};
    }
    if (address.ss_family == AF_UNIX) {
        return {reinterpret_cast<const sockaddr_un&>(address).sun_path, 0};
    }
    return {};
}

}  // namespace signet::net
