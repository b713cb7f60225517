// Submission clients, many at once, on one thread: what every server of the bench is measured with.
//
//   bench_load stream PORT [NAME VALUE]…   messages, one after the other on each connection
//   bench_load idle PORT [NAME VALUE]…     signed in and silent, until standard input ends
//
// Speaks TLS from the first octet to 127.0.0.1, signs in with AUTH PLAIN, pipelines MAIL, RCPT and
// DATA.  Prints one line of JSON to standard output.
#include "client.h"

#include "base/base64.h"
#include "base/text.h"
#include "net/io_threads.h"
#include "net/timer.h"

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <thread>

namespace {

using namespace signet;
using namespace signet::bench;
using namespace std::chrono_literals;
using std::chrono::steady_clock;

constexpr unsigned kMaxConnections = 20'000;
constexpr unsigned kMaxSeconds = 600;
constexpr unsigned kConnectingAtOnce = 32;

struct Options {
    std::uint16_t port = 0;
    unsigned connections = 1;
    unsigned seconds = 5;
    unsigned warm_up = 1;
    std::size_t size = 10'240;
    std::string user = "dev@localhost", password = "x";
    std::string from = "dev@localhost", to = "ann@example.com";
};

struct Tally {
    std::vector<float> milliseconds;
    std::atomic<unsigned> up = 0, errors = 0;  // read by the main thread, too
    unsigned alive = 0;
    std::string first_error;
    bool measuring = false, over = false;

    void failed(const std::string& what) {
        if (errors++ == 0) first_error = what;
    }
};

// Lines of 76 octets, some of which begin with a dot, stuffed as they go (RFC 5321 §4.5.2).
std::string make_message(const Options& options) {
    std::string message = "From: <" + options.from + ">\r\nTo: <" + options.to +
                          ">\r\nSubject: bench\r\nDate: Tue, 24 Nov 2026 12:00:00 +0000\r\n"
                          "Message-ID: <bench@localhost>\r\n\r\n";
    for (unsigned i = 0; message.size() + 78 < options.size; ++i) {
        if (i % 20 == 7) message += '.';
        message += i % 20 == 7 ? '.' : static_cast<char>('a' + i % 26);
        message.append(75, static_cast<char>('a' + i % 26));
        message += "\r\n";
    }
    return message + ".\r\n";
}

Task<std::unique_ptr<Client>> sign_in(const Options& options,
                                      std::shared_ptr<const net::TlsClientContext> tls,
                                      Tally& tally) {
    auto stream = co_await net::connect({"127.0.0.1", options.port, std::move(tls), true}, soon());
    if (!stream) {
        tally.failed(stream.error().text);
        co_return nullptr;
    }
    auto client = std::make_unique<Client>(std::move(*stream));
    const auto plain = std::string(1, '\0') + options.user + '\0' + options.password;
    const int greeting = co_await client->reply();
    const int hello = greeting == 220 ? co_await client->say("EHLO bench.localhost\r\n") : 0;
    const int proof =
        hello == 250 ? co_await client->say("AUTH PLAIN " + base64(plain) + "\r\n") : 0;
    if (proof != 235) {
        tally.failed("sign-in: " + std::to_string(greeting) + ' ' + std::to_string(hello) + ' ' +
                     std::to_string(proof));
        co_return nullptr;
    }
    ++tally.up;
    co_return client;
}

Task<bool> send_one(Client& client, const std::string& envelope, const std::string& message,
                    Tally& tally) {
    const auto start = steady_clock::now();
    const int mail = co_await client.say(envelope);
    const int rcpt = mail == 250 ? co_await client.reply() : 0;
    const int data = rcpt == 250 ? co_await client.reply() : 0;
    const int done = data == 354 ? co_await client.say(message) : 0;
    if (done != 250) {
        tally.failed("message: " + std::to_string(mail) + ' ' + std::to_string(rcpt) + ' ' +
                     std::to_string(data) + ' ' + std::to_string(done));
        co_return false;
    }
    const std::chrono::duration<float, std::milli> took = steady_clock::now() - start;
    if (tally.measuring && !tally.over) tally.milliseconds.push_back(took.count());
    co_return true;
}

Task<void> stream(const Options& options, std::shared_ptr<const net::TlsClientContext> tls,
                  Tally& tally) {
    const auto client = co_await sign_in(options, std::move(tls), tally);
    if (!client) co_return;
    const auto message = make_message(options);
    const auto envelope =
        "MAIL FROM:<" + options.from + ">\r\nRCPT TO:<" + options.to + ">\r\nDATA\r\n";
    while (tally.up + tally.errors < options.connections) co_await net::sleep_for(5ms);
    while (!tally.over && co_await send_one(*client, envelope, message, tally)) {
    }
    if (tally.over) (void)co_await client->say("QUIT\r\n");
}

// Every kConnectingAtOnce-th connection, so that not all shake hands at once.
Task<void> stay(const Options& options, std::shared_ptr<const net::TlsClientContext> tls,
                unsigned first, Tally& tally) {
    std::vector<std::unique_ptr<Client>> clients;
    for (auto i = first; i < options.connections; i += kConnectingAtOnce) {
        if (auto client = co_await sign_in(options, tls, tally)) {
            clients.push_back(std::move(client));
        }
    }
    while (!tally.over) co_await net::sleep_for(20ms);
    for (const auto& client : clients) {
        if (co_await client->say("NOOP\r\n") == 250) ++tally.alive;
    }
}

Task<void> report_when_up(const Options& options, const Tally& tally) {
    const auto start = steady_clock::now();
    while (tally.up + tally.errors < options.connections) co_await net::sleep_for(20ms);
    const std::chrono::duration<double> took = steady_clock::now() - start;
    std::printf("{\"up\": %u, \"seconds\": %.3f}\n", tally.up.load(), took.count());
    std::fflush(stdout);
}

// The tally belongs to the I/O thread.
void set(net::IoThreads& io, bool& flag) {
    io.post(0, [&flag] { flag = true; });
}

int run_stream(const Options& options, const std::shared_ptr<const net::TlsClientContext>& tls) {
    Tally tally;
    net::IoThreads io(1);
    for (unsigned i = 0; i < options.connections; ++i) io.spawn(0, stream(options, tls, tally));
    io.start();
    while (tally.up + tally.errors < options.connections) std::this_thread::sleep_for(5ms);
    std::this_thread::sleep_for(std::chrono::seconds(options.warm_up));
    const double before = cpu_seconds();
    set(io, tally.measuring);
    const auto start = steady_clock::now();
    std::this_thread::sleep_for(std::chrono::seconds(options.seconds));
    set(io, tally.over);
    const std::chrono::duration<double> took = steady_clock::now() - start;
    const double cpu = cpu_seconds() - before;
    const bool ended = io.drain(30s);
    io.stop();
    auto& all = tally.milliseconds;
    std::ranges::sort(all);
    std::printf(
        "{\"connections\": %u, \"up\": %u, \"messages\": %zu, \"seconds\": %.3f, "
        "\"rate\": %.1f, \"p50_ms\": %.3f, \"p99_ms\": %.3f, \"max_ms\": %.3f, "
        "\"client_cpu_s\": %.3f, \"errors\": %u}\n",
        options.connections, tally.up.load(), all.size(), took.count(),
        static_cast<double>(all.size()) / took.count(), percentile(all, 0.5), percentile(all, 0.99),
        all.empty() ? 0.0F : all.back(), cpu, tally.errors.load());
    if (tally.errors > 0) std::fprintf(stderr, "load: %s\n", tally.first_error.c_str());
    return ended && tally.errors == 0 && !all.empty() ? 0 : 1;
}

int run_idle(const Options& options, const std::shared_ptr<const net::TlsClientContext>& tls) {
    Tally tally;
    net::IoThreads io(1);
    for (unsigned i = 0; i < kConnectingAtOnce; ++i) io.spawn(0, stay(options, tls, i, tally));
    io.spawn(0, report_when_up(options, tally));
    io.start();
    while (std::getchar() != EOF) {
    }
    set(io, tally.over);
    while (io.tasks() > 0) std::this_thread::sleep_for(10ms);
    std::printf("{\"alive\": %u, \"errors\": %u}\n", tally.alive, tally.errors.load());
    if (tally.errors > 0) std::fprintf(stderr, "load: %s\n", tally.first_error.c_str());
    return tally.errors == 0 && tally.alive == options.connections ? 0 : 1;
}

// false: not understood.
bool set_option(Options& options, std::string_view name, const std::string& value) {
    const auto number = parse_unsigned(value).value_or(0);
    if (name == "connections") {
        options.connections = static_cast<unsigned>(number);
        return number >= 1 && number <= kMaxConnections;
    }
    if (name == "seconds") {
        options.seconds = static_cast<unsigned>(number);
        return number >= 1 && number <= kMaxSeconds;
    }
    if (name == "size") {
        options.size = number;
        return number >= 1'000 && number <= 10'000'000;
    }
    if (name == "user")
        options.user = value;
    else if (name == "password")
        options.password = value;
    else if (name == "from")
        options.from = value;
    else if (name == "to")
        options.to = value;
    else
        return false;
    return true;
}

}  // namespace

int main(int count, char** arguments) {
    const std::string mode = count > 1 ? arguments[1] : "";
    Options options;
    options.port =
        static_cast<std::uint16_t>(count > 2 ? parse_unsigned(arguments[2]).value_or(0) : 0);
    bool understood = (mode == "stream" || mode == "idle") && options.port > 0 && count % 2 == 1;
    for (int i = 3; understood && i + 1 < count; i += 2) {
        understood = set_option(options, arguments[i], arguments[i + 1]);
    }
    if (!understood) {
        std::fprintf(stderr,
                     "bench_load stream|idle PORT [connections N] [seconds N] [size N] "
                     "[user U] [password P] [from A] [to A]\n");
        return 2;
    }
    raise_descriptor_limit();
    const auto tls = net::TlsClientContext::load({.verify = false});
    if (!tls) return 1;
    return mode == "stream" ? run_stream(options, *tls) : run_idle(options, *tls);
}
