// What an idle TLS session costs in src/net alone: no SMTP, no session of ours, only the stream and
// a coroutine that waits to read.  The server is this process, the clients are its child, so that
// only one side is measured.
//
//   bench_idle_sessions [COUNT]      1 to 20'000, 2'000 by default
#include "base/text.h"
#include "crypto/x509.h"
#include "net/certificate_files.h"
#include "net/connect.h"
#include "net/io_threads.h"
#include "net/listener.h"
#include "net/system_clock.h"
#include "net/system_entropy.h"
#include "net/timer.h"

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <thread>

namespace {

using namespace signet;
using namespace std::chrono_literals;

constexpr unsigned kConnectingAtOnce = 32;

Deadline late() { return Deadline::in(net::SystemClock{}, 300s); }

long rss_kib() {
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);) {
        if (line.starts_with("VmRSS:")) return std::atol(line.c_str() + 6);
    }
    return 0;
}

// Every kConnectingAtOnce-th of the clients.
Task<void> stay(std::uint16_t port, unsigned count, unsigned first,
                std::shared_ptr<const net::TlsClientContext> tls, const std::atomic<bool>& over) {
    std::vector<std::unique_ptr<net::Stream>> streams;
    for (auto i = first; i < count; i += kConnectingAtOnce) {
        auto stream = co_await net::connect({"127.0.0.1", port, tls, true}, late());
        if (stream) streams.push_back(std::move(*stream));
    }
    while (!over) co_await net::sleep_for(50ms);
}

// The server's side of one.
Task<void> hold(std::unique_ptr<net::Stream> stream, std::atomic<unsigned>& up) {
    if (!co_await stream->start_tls(late())) co_return;
    ++up;
    (void)co_await stream->read_some(late());
}

// The clients: they connect, shake hands, and stay until their standard input ends.
int be_clients(std::uint16_t port, unsigned count, int until) {
    const auto tls = net::TlsClientContext::load({.verify = false});
    net::IoThreads io(1);
    std::atomic<bool> over = false;
    for (unsigned i = 0; i < kConnectingAtOnce; ++i) io.spawn(0, stay(port, count, i, *tls, over));
    io.start();
    char octet = 0;
    while (::read(until, &octet, 1) > 0) {
    }
    over = true;
    while (io.tasks() > 0) std::this_thread::sleep_for(10ms);
    return 0;
}

std::shared_ptr<const net::TlsServerContext> make_context() {
    const auto now = net::SystemClock{}.wall();
    const auto ca = crypto::make_ca("bench", now, std::chrono::days{1});
    if (!ca) return nullptr;
    const auto made =
        crypto::issue_server_certificate(*ca, {"localhost"}, now, std::chrono::days{1});
    if (!made) return nullptr;
    auto directory = (std::filesystem::temp_directory_path() / "signet-bench-XXXXXX").string();
    if (!::mkdtemp(directory.data())) return nullptr;
    const auto certificate = directory + "/c.pem", key = directory + "/k.pem";
    std::ofstream(certificate) << made->certificate_pem;
    std::ofstream(key) << made->key_pem.reveal();
    static const net::SystemClock clock;
    static net::SystemEntropy entropy;
    const auto loaded = net::load_certificate({certificate, key});
    std::filesystem::remove_all(directory);
    if (!loaded) return nullptr;
    return net::TlsServerContext::make(
        {.certificates = {*loaded},
         .ticket_keys = std::make_shared<net::TicketKeys>(clock, entropy, 1h)});
}

int measure(unsigned count) {
    const auto context = make_context();
    if (!context) return 1;
    std::atomic<unsigned> up = 0;
    net::IoThreads io;
    auto listener = net::Listener::open(
        io, {{{"127.0.0.1", 0}}, std::make_shared<net::TlsServerSlot>(context)},
        [&up](std::unique_ptr<net::Stream> stream) { return hold(std::move(stream), up); });
    if (!listener) return 1;
    std::array<int, 2> pipe{};
    if (::pipe(pipe.data()) != 0) return 1;
    const auto child = ::fork();
    if (child == 0) {
        ::close(pipe[1]);
        std::_Exit(be_clients((*listener)->addresses().front().port, count, pipe[0]));
    }
    ::close(pipe[0]);
    io.start();
    while (up < 1) std::this_thread::sleep_for(1ms);
    const auto base = rss_kib();
    for (int i = 0; up < count && i < 6'000; ++i) std::this_thread::sleep_for(10ms);
    std::this_thread::sleep_for(500ms);
    const auto grown = static_cast<double>(rss_kib() - base);
    std::printf("{\"sessions\": %u, \"base_kib\": %ld, \"kib_per_session\": %.1f}\n", up.load(),
                base, grown / (up - 1));
    ::close(pipe[1]);
    ::waitpid(child, nullptr, 0);
    return up == count ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
    const auto count = argc > 1 ? signet::parse_unsigned(argv[1]).value_or(0) : 2'000;
    if (count < 2 || count > 20'000) {
        std::fprintf(stderr, "bench_idle_sessions [COUNT]\n");
        return 2;
    }
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
    return measure(static_cast<unsigned>(count));
}
