// Whether the time of an answer tells an account that is there from one that is not.
//
//   bench_timing PORT plain|scram known NAME samples N [connections N]
//
// plain   AUTH PLAIN with a wrong password: until 535
// scram   the first message of SCRAM-SHA-256: until the salt
//
// Each sample is of the known name, or of one of the same length that nobody has, by the toss of a
// coin.  Both lists are compared by Mann and Whitney's U (whether one tends to be longer), and by
// Welch's t of all and of the quicker nine tenths (dudect: Reparaz, Balasch, Verbauwhede 2017).
// Prints one line of JSON to standard output.
#include "client.h"

#include "base/base64.h"
#include "base/text.h"
#include "net/io_threads.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <random>
#include <thread>

namespace {

using namespace signet;
using namespace signet::bench;
using namespace std::chrono_literals;
using std::chrono::steady_clock;

struct Options {
    std::uint16_t port = 0;
    bool scram = false;
    std::string known;
    std::size_t samples = 1'000;  // of each
    unsigned connections = 1;
};

using Times = std::vector<double>;  // µs

// All of it belongs to the I/O thread until that has ended.
class Sampler {
public:
    Sampler(const Options& options, std::shared_ptr<const net::TlsClientContext> tls)
        : options_(options), tls_(std::move(tls)), chance_(std::random_device{}()) {}

    Task<void> run() {
        while (!full() && trouble.empty()) co_await session();
    }

    std::array<Times, 2> times;  // unknown, known
    std::string trouble;

private:
    bool full() const {
        return std::ranges::all_of(
            times, [&](const Times& one) { return one.size() >= options_.samples; });
    }

    // Until the server has enough of it.
    Task<void> session() {
        auto stream = co_await net::connect({"127.0.0.1", options_.port, tls_, true}, soon());
        if (!stream) {
            trouble = stream.error().text;
            co_return;
        }
        Client client{std::move(*stream)};
        const int greeting = co_await client.reply();
        if (greeting != 220 || co_await client.say("EHLO bench.localhost\r\n") != 250) {
            trouble = "no greeting";
            co_return;
        }
        constexpr int kOfOneSession = 200;
        for (int i = 0; i < kOfOneSession && !full(); ++i) {
            const bool known = chance_() % 2 == 0;
            const auto line = command(known ? options_.known : stranger());
            const auto start = steady_clock::now();
            const int code = co_await client.say(line);
            const std::chrono::duration<double, std::micro> took = steady_clock::now() - start;
            if (code == 0 || code == 421) co_return;
            if (code != (options_.scram ? 334 : 535)) {
                trouble = "answered with " + client.last_line();
                co_return;
            }
            if (options_.scram && co_await client.say("*\r\n") == 0) co_return;
            auto& all = times[known ? 1 : 0];
            if (i > 0 && all.size() < options_.samples) all.push_back(took.count());
        }
        co_await client.say("QUIT\r\n");
    }

    std::string command(const std::string& name) {
        if (options_.scram) {
            return "AUTH SCRAM-SHA-256 " + base64("n,,n=" + name + ",r=nonce-of-the-bench") +
                   "\r\n";
        }
        const auto wrong = "wrong-" + std::to_string(1'000'000 + chance_() % 1'000'000);
        return "AUTH PLAIN " + base64('\0' + name + '\0' + wrong) + "\r\n";
    }

    // As long as the known one, and of the same domain.
    std::string stranger() {
        auto name = options_.known;
        for (auto& letter : name) {
            if (letter == '@') break;
            letter = static_cast<char>('a' + chance_() % 26);
        }
        return name == options_.known ? stranger() : name;
    }

    const Options& options_;
    std::shared_ptr<const net::TlsClientContext> tls_;
    std::mt19937_64 chance_;
};

double mean(const Times& all) {
    double sum = 0;
    for (const auto one : all) sum += one;
    return sum / static_cast<double>(all.size());
}

// Welch's t of the times below a bound.
double welch(std::array<Times, 2> both, double below) {
    std::array<double, 2> means{}, errors{};
    for (std::size_t i = 0; i < 2; ++i) {
        std::erase_if(both[i], [&](double one) { return one > below; });
        means[i] = mean(both[i]);
        for (const auto one : both[i]) errors[i] += (one - means[i]) * (one - means[i]);
        const auto count = static_cast<double>(both[i].size());
        errors[i] /= (count - 1) * count;
    }
    return (means[1] - means[0]) / std::sqrt(errors[0] + errors[1]);
}

// The z of Mann and Whitney's U; ties share their ranks, and are few in microseconds.
double mann_whitney(const std::array<Times, 2>& both) {
    std::vector<std::pair<double, bool>> all;
    for (const auto one : both[0]) all.emplace_back(one, false);
    for (const auto one : both[1]) all.emplace_back(one, true);
    std::ranges::sort(all);
    double ranks = 0;  // of the known
    for (std::size_t i = 0, end = 0; i < all.size(); i = end) {
        while (end < all.size() && all[end].first == all[i].first) ++end;
        const double shared = static_cast<double>(i + 1 + end) / 2;
        for (auto j = i; j < end; ++j) ranks += all[j].second ? shared : 0;
    }
    const auto n = static_cast<double>(both[1].size()), m = static_cast<double>(both[0].size());
    const double u = ranks - n * (n + 1) / 2;
    return (u - n * m / 2) / std::sqrt(n * m * (n + m + 1) / 12);
}

double at(Times all, double part) {
    std::ranges::sort(all);
    return all[static_cast<std::size_t>(static_cast<double>(all.size() - 1) * part)];
}

int report(const Sampler& sampler) {
    Times all = sampler.times[0];
    all.insert(all.end(), sampler.times[1].begin(), sampler.times[1].end());
    std::printf("{\"samples\": %zu", sampler.times[0].size());
    for (const auto& [name, one] :
         {std::pair{"unknown", sampler.times[0]}, std::pair{"known", sampler.times[1]}}) {
        std::printf(", \"%s\": {\"p10\": %.1f, \"p50\": %.1f, \"p90\": %.1f, \"mean\": %.1f}", name,
                    at(one, 0.1), at(one, 0.5), at(one, 0.9), mean(one));
    }
    std::printf(", \"z\": %.2f, \"t\": %.2f, \"t_quicker\": %.2f}\n", mann_whitney(sampler.times),
                welch(sampler.times, at(all, 1)), welch(sampler.times, at(all, 0.9)));
    return 0;
}

bool set_option(Options& options, std::string_view name, const std::string& value) {
    const auto number = parse_unsigned(value).value_or(0);
    if (name == "known")
        options.known = value;
    else if (name == "samples")
        options.samples = number;
    else if (name == "connections")
        options.connections = static_cast<unsigned>(number);
    else
        return false;
    return true;
}

}  // namespace

int main(int count, char** arguments) {
    Options options;
    if (count > 2) {
        options.port = static_cast<std::uint16_t>(parse_unsigned(arguments[1]).value_or(0));
        options.scram = std::string_view{arguments[2]} == "scram";
    }
    bool understood = options.port > 0 && count % 2 == 1;
    for (int i = 3; understood && i + 1 < count; i += 2) {
        understood = set_option(options, arguments[i], arguments[i + 1]);
    }
    if (!understood || options.known.empty() || options.samples < 10) {
        std::fprintf(stderr, "bench_timing PORT plain|scram known NAME samples N\n");
        return 2;
    }
    const auto tls = net::TlsClientContext::load({.verify = false});
    if (!tls) return 1;
    Sampler sampler{options, *tls};
    net::IoThreads io(1);
    for (unsigned i = 0; i < options.connections; ++i) io.spawn(0, sampler.run());
    io.start();
    while (io.tasks() > 0) std::this_thread::sleep_for(10ms);
    io.stop();
    if (!sampler.trouble.empty()) {
        std::fprintf(stderr, "timing: %s\n", sampler.trouble.c_str());
        return 1;
    }
    return report(sampler);
}
