// Clients that do nothing but sign in: connect, EHLO, AUTH, QUIT, over and over.
//
//   bench_sign_in PORT MECHANISM [NAME VALUE]…
//
//   connections N, seconds N, user U
//   secret S      the password or the access token
//   expect CODE   of the answer to AUTH; 235 if it is not said
//   believe yes   the server need not prove itself: the bare one cannot
//   pause MS      between two sign-ins of one client
//   sources N     from 127.1.0.1 on, so many addresses in turn, as so many clients
//
// Speaks TLS from the first octet to 127.0.0.1.  A password is salted once: the rounds are the
// client's cost, whoever serves it.  Prints one line of JSON to standard output.
#include "client.h"

#include "base/base64.h"
#include "base/text.h"
#include "net/client_binding.h"
#include "net/io_threads.h"
#include "net/timer.h"
#include "sasl/client.h"

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <map>
#include <thread>

namespace {

using namespace signet;
using namespace signet::bench;
using namespace std::chrono_literals;
using std::chrono::steady_clock;

struct Options {
    std::uint16_t port = 0;
    const sasl::ClientMechanism* mechanism = nullptr;
    unsigned connections = 16, seconds = 5, sources = 0, pause = 0;
    int expect = 235;
    bool believe = false;
    std::string user = "dev@localhost", secret = "x";
};

// The I/O thread's, but for what is atomic.
struct Tally {
    std::vector<float> milliseconds;
    std::map<int, unsigned> others;  // answers to AUTH that were not expected
    std::atomic<unsigned> errors = 0;
    std::string first_error;
    bool measuring = false, over = false;

    void failed(const std::string& what) {
        if (errors++ == 0) first_error = what;
    }
};

class SignIn {
public:
    SignIn(const Options& options, std::shared_ptr<const net::TlsClientContext> tls, Tally& tally)
        : options_(options), tls_(std::move(tls)), tally_(tally) {}

    Task<void> over_and_over(unsigned slot) {
        while (!tally_.over && tally_.errors == 0) {
            co_await once(slot);
            const auto pause = std::chrono::milliseconds{options_.pause};
            if (pause.count() > 0) co_await net::sleep_for(pause);
        }
    }

private:
    Task<void> once(unsigned slot) {
        const auto start = steady_clock::now();
        net::ConnectTarget target{"127.0.0.1", options_.port, tls_, true};
        if (options_.sources > 0) target.source = {source(slot % options_.sources)};
        auto stream = co_await net::connect(std::move(target), soon());
        if (!stream) co_return tally_.failed(stream.error().text);
        Client client{std::move(*stream)};
        const int greeting = co_await client.reply();
        const int hello = greeting == 220 ? co_await client.say("EHLO bench.localhost\r\n") : 0;
        if (hello != 250) co_return tally_.failed("EHLO: " + std::to_string(hello));
        const int code = co_await sign_in(client);
        const std::chrono::duration<float, std::milli> took = steady_clock::now() - start;
        if (tally_.measuring && !tally_.over) {
            if (code == options_.expect)
                tally_.milliseconds.push_back(took.count());
            else
                ++tally_.others[code];
        }
        if (code == 0) co_return tally_.failed("AUTH: no answer");
        co_await client.say("QUIT\r\n");
    }

    Task<int> sign_in(Client& client) {
        const auto exchange = options_.mechanism->begin(start_on(client.stream()));
        auto line = "AUTH " + std::string{options_.mechanism->name};
        if (const auto initial = exchange->initial()) line += " " + base64(initial->reveal());
        int code = co_await client.say(line + "\r\n");
        while (code == 334) {
            const auto challenge = unbase64(client.last_line().substr(4));
            if (!challenge) co_return 0;
            code = co_await client.say(answer(*exchange, *challenge) + "\r\n");
        }
        if (code == 235 && !exchange->satisfied() && !options_.believe) co_return 0;
        co_return code;
    }

    sasl::ClientStart start_on(const net::Stream& stream) const {
        sasl::ClientStart start;
        start.credentials = {.user = options_.user,
                             .password = Secret::copy_of(options_.secret),
                             .token = options_.mechanism->token};
        start.nonce = "client-" + std::to_string(next_nonce_++) + "-of-the-bench";
        if (!options_.mechanism->binds) return start;
        if (auto binding = net::binding_for_client(stream)) {
            start.binding = {std::string{binding->name}, std::move(binding->octets)};
        }
        return start;
    }

    // In base64.  Whoever is believed may say what it likes at the end.
    std::string answer(sasl::ClientExchange& exchange, std::string_view challenge) {
        auto said = exchange.respond(challenge);
        if (!said) return options_.believe ? "" : "*";
        if (const auto* wanted = std::get_if<sasl::SaltPassword>(&*said)) {
            return base64(exchange.salted(salted(*wanted)).reveal());
        }
        return base64(std::get<Secret>(*said).reveal());
    }

    const Secret& salted(const sasl::SaltPassword& wanted) {
        auto& known = salted_[wanted.salt + std::to_string(wanted.iterations)];
        if (known.empty()) known = sasl::salt(wanted);
        return known;
    }

    static IpAddress source(unsigned number) {
        return *parse_ip("127.1." + std::to_string(number / 250) + "." +
                         std::to_string(number % 250 + 1));
    }

    const Options& options_;
    std::shared_ptr<const net::TlsClientContext> tls_;
    Tally& tally_;
    std::map<std::string, Secret> salted_;
    mutable unsigned next_nonce_ = 1'000'000;
};

int run(const Options& options, const std::shared_ptr<const net::TlsClientContext>& tls) {
    Tally tally;
    SignIn sign_in{options, tls, tally};
    net::IoThreads io(1);
    for (unsigned i = 0; i < options.connections; ++i) io.spawn(0, sign_in.over_and_over(i));
    io.start();
    std::this_thread::sleep_for(1s);  // to warm up
    io.post(0, [&] { tally.measuring = true; });
    const auto start = steady_clock::now();
    const double before = cpu_seconds();
    std::this_thread::sleep_for(std::chrono::seconds(options.seconds));
    const double cpu = cpu_seconds() - before;
    const std::chrono::duration<double> took = steady_clock::now() - start;
    io.post(0, [&] { tally.over = true; });
    const bool ended = io.drain(60s);
    io.stop();
    auto& all = tally.milliseconds;
    std::ranges::sort(all);
    std::string others;
    for (const auto& [code, count] : tally.others) {
        others += (others.empty() ? "\"" : ", \"") + std::to_string(code) +
                  "\": " + std::to_string(count);
    }
    std::printf(
        "{\"sign_ins\": %zu, \"seconds\": %.3f, \"rate\": %.1f, \"p50_ms\": %.3f, "
        "\"p99_ms\": %.3f, \"client_cpu_s\": %.3f, \"errors\": %u, \"others\": {%s}}\n",
        all.size(), took.count(), static_cast<double>(all.size()) / took.count(),
        percentile(all, 0.5), percentile(all, 0.99), cpu, tally.errors.load(), others.c_str());
    if (tally.errors > 0) std::fprintf(stderr, "sign_in: %s\n", tally.first_error.c_str());
    return ended && tally.errors == 0 && !all.empty() ? 0 : 1;
}

// false: not understood.
bool set_option(Options& options, std::string_view name, const std::string& value) {
    const auto number = static_cast<unsigned>(parse_unsigned(value).value_or(0));
    if (name == "connections")
        options.connections = number;
    else if (name == "seconds")
        options.seconds = number;
    else if (name == "pause")
        options.pause = number;
    else if (name == "sources")
        options.sources = number;
    else if (name == "expect")
        options.expect = static_cast<int>(number);
    else if (name == "believe")
        options.believe = value == "yes";
    else if (name == "user")
        options.user = value;
    else if (name == "secret")
        options.secret = value;
    else
        return false;
    return true;
}

}  // namespace

int main(int count, char** arguments) {
    Options options;
    if (count > 2) {
        options.port = static_cast<std::uint16_t>(parse_unsigned(arguments[1]).value_or(0));
        const auto mechanisms = sasl::client_mechanisms();
        const auto found =
            std::ranges::find(mechanisms, arguments[2], &sasl::ClientMechanism::name);
        if (found != mechanisms.end()) options.mechanism = &*found;
    }
    bool understood = options.port > 0 && options.mechanism != nullptr && count % 2 == 1;
    for (int i = 3; understood && i + 1 < count; i += 2) {
        understood = set_option(options, arguments[i], arguments[i + 1]);
    }
    if (!understood) {
        std::fprintf(stderr, "bench_sign_in PORT MECHANISM [NAME VALUE]...\n");
        return 2;
    }
    raise_descriptor_limit();
    const auto tls = net::TlsClientContext::load({.verify = false});
    return tls ? run(options, *tls) : 1;
}
