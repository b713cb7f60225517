// How many messages a second the spool takes, with so many commits waiting at a time.
//
//   bench_queue_commit [DRAFTS=64] [OCTETS=10240] [SECONDS=5] [DIRECTORY=/var/tmp]
//
// Each draft is a coroutine that begins, appends, commits, and starts again; one more claims and
// settles what was accepted, as deliveries would.  The last line is JSON.
#include "net/system_clock.h"
#include "net/system_entropy.h"
#include "store/memory_audit.h"
#include "store/rocksdb_queue.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

namespace {

using namespace signet;
namespace fs = std::filesystem;
namespace asio = boost::asio;

struct Wish {
    std::size_t drafts = 64, octets = 10'240;
    std::chrono::seconds time{5};
    fs::path directory = "/var/tmp";
};

struct Run {
    queue::QueueStore& store;
    UlidSource& ids;
    const net::SystemClock& clock;
    const Wish& wish;
    SteadyTime end;
    std::vector<double> milliseconds;  // each commit
    std::uint64_t faults = 0;
    std::uint64_t settled = 0;
    std::size_t drafting = 0;
};

Task<bool> accept_one(Run& run, std::string_view content) {
    const auto begun = run.clock.steady();
    auto draft = co_await run.store.begin();
    if (!draft) co_return false;
    for (auto rest = content; !rest.empty();) {
        const auto part = rest.substr(0, 16'384);
        if (!co_await (*draft)->append(part)) co_return false;
        rest.remove_prefix(part.size());
    }
    queue::MessageInfo info;
    info.envelope.sender.mailbox = mail::Mailbox{"ann", "example.org"};
    info.envelope.recipients = {{{"bob", "example.net"}}};
    info.account = "ann@example.org";
    info.prepend = std::string(300, 'r') + "\r\n";
    info.accepted = run.clock.wall();
    audit::Event event;
    event.id = run.ids.next();
    event.event = "message.accepted";
    const auto accepted = co_await (*draft)->commit(std::move(info), std::move(event));
    const std::chrono::duration<double, std::milli> took = run.clock.steady() - begun;
    if (accepted) run.milliseconds.push_back(took.count());
    co_return accepted.has_value();
}

Task<void> accept_until_the_end(Run& run) {
    const std::string content(run.wish.octets, 'x');
    while (run.clock.steady() < run.end) {
        const bool accepted = co_await accept_one(run, content);
        if (!accepted) ++run.faults;
    }
    --run.drafting;
}

// Leaves the queue empty, with up to 64 settlements under way at a time.
Task<void> deliver_all(Run& run) {
    for (;;) {
        const auto leases = co_await run.store.claim({.now = run.clock.wall(), .count = 64});
        if (leases && leases->empty() && run.drafting == 0) co_return;
        if (!leases || leases->empty()) {
            asio::steady_timer pause{co_await asio::this_coro::executor,
                                     std::chrono::milliseconds{2}};
            co_await pause.async_wait(asio::use_awaitable);
            continue;
        }
        for (const auto& lease : *leases) {
            asio::co_spawn(
                co_await asio::this_coro::executor,
                [](Run& all, queue::Lease one) -> Task<void> {
                    queue::Outcome outcome;
                    outcome.recipients = {{0, queue::RecipientOutcome::Kind::delivered, "250 ok"}};
                    const auto done = co_await all.store.settle(std::move(one), outcome);
                    done ? ++all.settled : ++all.faults;
                }(run, lease),
                asio::detached);
        }
    }
}

double quantile(std::vector<double>& sorted, double part) {
    if (sorted.empty()) return 0;
    return sorted[static_cast<std::size_t>(part * static_cast<double>(sorted.size() - 1))];
}

void print(Run& run, double seconds) {
    auto& all = run.milliseconds;
    std::ranges::sort(all);
    const auto rate = static_cast<double>(all.size()) / seconds;
    std::printf(
        "%zu drafts of %zu octets: %.0f messages/s, p50 %.2f ms, p99 %.2f ms, "
        "%llu settled, %llu faults\n",
        run.wish.drafts, run.wish.octets, rate, quantile(all, 0.5), quantile(all, 0.99),
        static_cast<unsigned long long>(run.settled), static_cast<unsigned long long>(run.faults));
    std::printf(
        "{\"bench\": \"queue_commit\", \"drafts\": %zu, \"octets\": %zu, "
        "\"messages_per_second\": %.0f, \"p50_ms\": %.2f, \"p99_ms\": %.2f}\n",
        run.wish.drafts, run.wish.octets, rate, quantile(all, 0.5), quantile(all, 0.99));
}

int measure(const Wish& wish, const fs::path& directory) {
    const net::SystemClock clock;
    net::SystemEntropy entropy;
    UlidSource ids{clock, entropy};
    store::MemoryAudit audit;
    net::WorkerPool disk{{.name = "disk", .threads = 2, .max_wait = {}}};
    auto opened =
        store::RocksQueue::open({.directory = directory / "spool"}, {clock, ids, audit, disk});
    if (!opened) {
        std::fprintf(stderr, "%s\n", opened.error().message.c_str());
        return 1;
    }
    const auto begun = clock.steady();
    Run run{**opened, ids, clock, wish, begun + wish.time, {}, 0, 0, wish.drafts};
    asio::io_context context{1};
    for (std::size_t i = 0; i < wish.drafts; ++i) {
        asio::co_spawn(context, accept_until_the_end(run), asio::detached);
    }
    asio::co_spawn(context, deliver_all(run), asio::detached);
    context.run();
    print(run, std::chrono::duration<double>(wish.time).count());
    return run.faults == 0 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
    Wish wish;
    if (argc > 1) wish.drafts = std::strtoull(argv[1], nullptr, 10);
    if (argc > 2) wish.octets = std::strtoull(argv[2], nullptr, 10);
    if (argc > 3) wish.time = std::chrono::seconds{std::strtol(argv[3], nullptr, 10)};
    if (argc > 4) wish.directory = argv[4];
    auto name = (wish.directory / "signet-bench-XXXXXX").string();
    if (!::mkdtemp(name.data())) {
        std::perror(name.c_str());
        return 1;
    }
    const int status = measure(wish, name);
    fs::remove_all(name);
    return status;
}
