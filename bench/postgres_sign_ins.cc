// Sign-ins a second with accounts in PostgreSQL, the store alone: no TLS, no SMTP.
//
//   bench_postgres_sign_ins HOST PORT DATABASE USER [NAME VALUE]…
//
//   connections N to the database, clients N at the same time, seconds N, accounts N (names u0 …)
//
// Each sign-in asks the database; the password was right a moment ago, so that no hash is computed
// but the first of each account.  The tables are Signet's own, filled by bench/postgresql.py.
// Prints one line of JSON to standard output.
#include "base/text.h"
#include "identity/password_hasher.h"
#include "identity/verifiers.h"
#include "net/io_threads.h"
#include "net/system_clock.h"
#include "net/system_entropy.h"
#include "net/timer.h"
#include "store/credentials_database.h"
#include "store/gated_accounts.h"
#include "store/postgres_accounts.h"

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <thread>

namespace {

using namespace signet;
using namespace std::chrono_literals;
using std::chrono::steady_clock;

struct Options {
    store::PostgresServer server;
    unsigned connections = 1, clients = 16, seconds = 5, accounts = 100;
};

struct Tally {
    std::atomic<unsigned> right = 0, wrong = 0, running = 0;
    std::atomic<bool> measuring = false, over = false;
    std::vector<std::vector<float>> milliseconds;  // by client
};

Task<void> client(identity::CredentialStore& store, const Options& options, unsigned number,
                  Tally& tally) {
    for (unsigned i = number; !tally.over; ++i) {
        const auto name = "u" + std::to_string(i % options.accounts);
        const auto began = steady_clock::now();
        const auto answer =
            co_await store.check({.authcid = name, .method = "PLAIN"}, Secret::copy_of("pencil"),
                                 Deadline::at(began + 30s));
        const bool right = answer && std::holds_alternative<identity::Login>(*answer);
        ++(right ? tally.right : tally.wrong);
        if (!tally.measuring) continue;
        const std::chrono::duration<float, std::milli> took = steady_clock::now() - began;
        tally.milliseconds[number].push_back(took.count());
    }
    --tally.running;
}

Options options_of(int count, char** arguments) {
    Options options;
    options.server.hosts = {
        {arguments[1], static_cast<std::uint16_t>(std::strtoul(arguments[2], nullptr, 10))}};
    options.server.tls = store::PostgresTls::none;  // it is the bench's own
    options.server.database = arguments[3];
    options.server.user = arguments[4];
    for (int i = 5; i + 1 < count; i += 2) {
        const std::string_view name = arguments[i];
        const auto value = static_cast<unsigned>(std::strtoul(arguments[i + 1], nullptr, 10));
        if (name == "connections") options.connections = value;
        if (name == "clients") options.clients = value;
        if (name == "seconds") options.seconds = value;
        if (name == "accounts") options.accounts = value;
    }
    return options;
}

int report(const Options& options, Tally& tally) {
    std::vector<float> all;
    for (const auto& one : tally.milliseconds) all.insert(all.end(), one.begin(), one.end());
    if (all.empty() || tally.wrong > 0) {
        std::fprintf(stderr, "%u sign-ins were refused\n", tally.wrong.load());
        return 1;
    }
    std::ranges::sort(all);
    const auto at = [&](double share) {
        return static_cast<double>(
            all[static_cast<std::size_t>(share * static_cast<double>(all.size() - 1))]);
    };
    std::printf(
        "{\"connections\":%u,\"clients\":%u,\"rate\":%.0f,\"p50_ms\":%.2f,"
        "\"p99_ms\":%.2f}\n",
        options.connections, options.clients, static_cast<double>(all.size()) / options.seconds,
        at(0.5), at(0.99));
    return 0;
}

int run(const Options& options) {
    net::SystemClock clock;
    net::SystemEntropy entropy;
    const identity::Argon2idHasher hasher{{}, entropy};
    net::WorkerPool pool{{.name = "hash", .threads = 2}};
    store::PostgresAccounts accounts{{.server = options.server,
                                      .connections = options.connections,
                                      .timeout = 30s,
                                      .query = {},
                                      .rules = {}},
                                     clock};
    store::StoreGate gate{{.name = "bench",
                           .timeout = 30s,
                           .width = options.connections * store::kPostgresPipeline,
                           .waiting = 10'000},
                          clock,
                          {}};
    store::GatedAccounts gated{accounts, gate};
    store::CredentialsDatabase store{
        gated, hasher,  pool,
        clock, entropy, {.foreign = identity::FormatRules{}, .read_only = true}};
    Tally tally;
    tally.milliseconds.resize(options.clients);
    tally.running = options.clients;
    net::IoThreads io;
    for (unsigned i = 0; i < options.clients; ++i) {
        io.spawn(i % io.size(), client(store, options, i, tally));
    }
    io.start();
    while (tally.right < 3 * options.accounts && tally.wrong == 0) {
        std::this_thread::sleep_for(10ms);  // until the cache is warm
    }
    tally.measuring = true;
    std::this_thread::sleep_for(std::chrono::seconds{options.seconds});
    tally.over = true;
    while (tally.running > 0) std::this_thread::sleep_for(1ms);
    io.stop();
    return report(options, tally);
}

}  // namespace

int main(int count, char** arguments) {
    if (count < 5) {
        std::fprintf(stderr, "bench_postgres_sign_ins HOST PORT DATABASE USER [NAME VALUE]…\n");
        return 2;
    }
    return run(options_of(count, arguments));
}
