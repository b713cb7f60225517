// Fills, empties and reads a spool, and writes down what it was promised: one synced line in the
// ledger for each promise, written after it was given.  tests/crash/test_spool_crash.py kills it at
// every system call and compares.
//
//   spool_exerciser accept DIR LEDGER MESSAGES [AT-ONCE] [--ack-before-commit]
//   spool_exerciser settle DIR LEDGER
//   spool_exerciser verify DIR
//
// DIR holds spool/ and audit (one line for each event that reached the audit log).
// Ledger:  ack ID · no ID (refused) · try ID · done ID · done ID REPORT-ID
#include "crypto/digest.h"
#include "net/system_clock.h"
#include "net/system_entropy.h"
#include "store/rocksdb_queue.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <dlfcn.h>
#include <fcntl.h>
#include <unistd.h>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <set>
#include <thread>

namespace {

using namespace signet;
namespace fs = std::filesystem;
namespace asio = boost::asio;

// Lines that are on disk when add() returns true.
class Ledger {
public:
    explicit Ledger(const fs::path& path)
        : file_(::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600)) {}
    ~Ledger() { ::close(file_); }

    bool add(const std::string& line) {
        const auto text = line + "\n";
        return ::write(file_, text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
               ::fdatasync(file_) == 0;
    }

private:
    const int file_;
};

// An audit log of event ids and queue ids.
class AuditFile final : public audit::AuditStore {
public:
    explicit AuditFile(const fs::path& path) : ledger_(path) {
        std::ifstream in{path};
        std::uintmax_t whole = 0;  // behind it lies a line that a crash cut
        for (std::string line; std::getline(in, line) && !in.eof();) {
            ids_.insert(line.substr(0, line.find(' ')));
            whole += line.size() + 1;
        }
        fs::resize_file(path, whole);
    }
    void record(audit::Event) override {}
    Result<void, StoreFault> write_through(std::span<const audit::Event> events) override {
        std::string lines;
        for (const auto& event : events) {
            if (!ids_.insert(event.id).second) continue;
            if (!lines.empty()) lines += "\n";
            lines += event.id + " " + event.event + " " +
                     (event.message ? event.message->queue_id : "-");
        }
        if (!lines.empty() && !ledger_.add(lines)) return fail(StoreFault::unavailable);
        return {};
    }

private:
    Ledger ledger_;
    std::set<std::string> ids_;
};

template <class Function>
Function preloaded(const char* name) {
    return reinterpret_cast<Function>(::dlsym(RTLD_DEFAULT, name));
}

void arm() {
    if (const auto call = preloaded<void (*)()>("crash_point_arm")) call();
}

// Of the preloaded library: how many calls it made fail, how many syncs it saw.
long counted(const char* what) {
    const auto call = preloaded<long (*)()>(what);
    return call ? call() : 0;
}
long failures() { return counted("crash_point_failures"); }
long syncs() { return counted("crash_point_syncs"); }

struct World {
    explicit World(const fs::path& directory) : audit(directory / "audit") {
        auto opened =
            store::RocksQueue::open({.directory = directory / "spool", .message_limit = 1'000'000},
                                    {clock, ids, audit, disk});
        if (!opened) {
            std::fprintf(stderr, "%s\n", opened.error().message.c_str());
            std::exit(2);
        }
        queue = std::move(*opened);
    }

    net::SystemClock clock;
    net::SystemEntropy entropy;
    UlidSource ids{clock, entropy};
    AuditFile audit;
    net::WorkerPool disk{{.name = "disk", .threads = 2, .max_wait = {}}};
    std::unique_ptr<store::RocksQueue> queue;
};

// Every third is large; each begins with the digest of what follows.
std::string content_of(std::size_t number) {
    std::string text = "message " + std::to_string(number) + "\r\n";
    text.resize(number % 3 == 2 ? 150'000 + number : 1'000 + number, 'x');
    return hex(crypto::sha256(text)) + "\r\n" + text;
}

bool is_whole(std::string_view content, std::string_view prepend) {
    if (!content.starts_with(prepend)) return false;
    content.remove_prefix(prepend.size());
    return content.size() > 66 && hex(crypto::sha256(content.substr(66))) == content.substr(0, 64);
}

constexpr std::string_view kPrepend = "Received: by exerciser\r\n";

queue::MessageInfo message_info(const World& world) {
    queue::MessageInfo info;
    info.envelope.sender.mailbox = mail::Mailbox{"ann", "example.org"};
    info.envelope.recipients = {{{"bob", "example.net"}}};
    info.prepend = kPrepend;
    info.accepted = world.clock.wall();
    return info;
}

audit::Event event_about(World& world, const queue::QueueId& id, std::string name) {
    audit::Event event;
    event.id = world.ids.next();
    event.event = std::move(name);
    event.message.emplace().queue_id = id;
    return event;
}

struct Accepting {
    World& world;
    Ledger& ledger;
    bool ack_before_commit = false;
    std::size_t next = 0, wanted = 0;
    int wrong_acks = 0;   // given although a call failed meanwhile
    int early_acks = 0;   // given before what they promise was synced
    bool counts = false;  // one at a time, with syncs that are counted
};

// The log; and for content in a file also the file, its directory, and body/ where that is new: it
// is in the few runs that count, each with one large message in a spool of its own.
long syncs_needed(std::size_t octets) { return octets > 65'536 ? 4 : 1; }

Task<bool> accept_one(Accepting& run, std::size_t number) {
    auto draft = co_await run.world.queue->begin();
    if (!draft) co_return false;
    const auto id = (*draft)->id();
    const auto failed_before = failures(), synced_before = syncs();
    const auto content = content_of(number);
    for (std::string_view rest = content; !rest.empty();) {
        const auto part = rest.substr(0, 16'384);
        if (!co_await (*draft)->append(part)) co_return false;
        rest.remove_prefix(part.size());
    }
    if (run.ack_before_commit) run.ledger.add("ack " + id);
    const auto accepted = co_await (*draft)->commit(message_info(run.world),
                                                    event_about(run.world, id, "message.accepted"));
    if (accepted && failures() != failed_before) ++run.wrong_acks;
    const bool synced = syncs() - synced_before >= syncs_needed(content.size());
    if (accepted && run.counts && !synced) ++run.early_acks;
    if (!run.ack_before_commit) run.ledger.add((accepted ? "ack " : "no ") + id);
    co_return accepted.has_value();
}

Task<void> accept_in_turn(Accepting& run) {
    int refused = 0;
    while (run.next < run.wanted) {
        const auto number = run.next++;
        while (!co_await accept_one(run, number)) {
            if (++refused > 200) {
                std::fprintf(stderr, "the spool did not come back\n");
                std::exit(4);
            }
            asio::steady_timer pause{co_await asio::this_coro::executor,
                                     std::chrono::milliseconds{50}};
            co_await pause.async_wait(asio::use_awaitable);
        }
    }
}

int accept(World& world, Ledger& ledger, std::size_t wanted, std::size_t at_once, bool early) {
    Accepting run{world, ledger, early, 0, wanted};
    run.counts = at_once == 1 && preloaded<long (*)()>("crash_point_syncs");
    asio::io_context context{1};
    arm();
    for (std::size_t i = 0; i < at_once; ++i) {
        asio::co_spawn(context, accept_in_turn(run), asio::detached);
    }
    context.run();
    if (run.early_acks != 0) return 7;
    return run.wrong_acks == 0 ? 0 : 5;
}

queue::Outcome outcome_of(World& world, const queue::QueueId& id, std::size_t number,
                          std::string& report_id) {
    using Kind = queue::RecipientOutcome::Kind;
    queue::Outcome outcome;
    const Kind kinds[] = {Kind::delivered, Kind::deferred, Kind::failed};
    outcome.recipients = {{0, kinds[number % 3], "a reply"}};
    outcome.retry_at = world.clock.wall() + std::chrono::hours{1};
    outcome.events = {event_about(world, id, "message.settled")};
    if (kinds[number % 3] == Kind::failed) {
        report_id = world.ids.next();
        outcome.reports = {{report_id, message_info(world), content_of(0)}};
    }
    return outcome;
}

Task<void> settle_all(World& world, Ledger& ledger, int& status) {
    for (std::size_t number = 0;; ++number) {
        const auto leases = co_await world.queue->claim({.now = world.clock.wall(), .count = 1});
        if (!leases || leases->empty()) co_return;
        const auto& lease = leases->front();
        std::string report_id;
        const auto outcome = outcome_of(world, lease.entry.id, number, report_id);
        ledger.add("try " + lease.entry.id + " " + report_id);
        const auto settled = co_await world.queue->settle(lease, outcome);
        if (!settled) status = 6;
        ledger.add((settled ? "done " : "not ") + lease.entry.id + " " + report_id);
    }
}

int settle(World& world, Ledger& ledger) {
    asio::io_context context{1};
    int status = 0;
    arm();
    asio::co_spawn(context, settle_all(world, ledger, status), asio::detached);
    context.run();
    return status;
}

Task<std::optional<std::string>> read_whole(World& world, queue::QueueId id) {
    auto reader = co_await world.queue->content(std::move(id));
    if (!reader) co_return std::nullopt;
    std::string whole;
    for (;;) {
        const auto part = co_await (*reader)->read();
        if (!part) co_return std::nullopt;
        if (part->empty()) co_return whole;
        whole += *part;
    }
}

// One line for each entry: ID, whether its content is whole, attempts.
Task<void> print_all(World& world) {
    for (queue::QueueId after;;) {
        const auto page = co_await world.queue->list(after, 100);
        if (!page || page->empty()) co_return;
        for (const auto& entry : *page) {
            const auto whole = co_await read_whole(world, entry.id);
            const bool good = whole && is_whole(*whole, kPrepend);
            std::printf("%s %s %u\n", entry.id.c_str(), good ? "whole" : "BROKEN", entry.attempts);
        }
        after = page->back().id;
    }
}

int verify(World& world) {
    for (const auto& sentence : world.queue->report().damage) {
        std::printf("damage: %s\n", sentence.c_str());
    }
    asio::io_context context{1};
    asio::co_spawn(context, print_all(world), asio::detached);
    context.run();
    while (world.queue->waiting_events() > 0) {
        std::this_thread::sleep_for(std::chrono::milliseconds{1});
    }
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    const std::vector<std::string> words(argv + 1, argv + argc);
    const std::string verb = words.empty() ? "" : words[0];
    const bool early = !words.empty() && words.back() == "--ack-before-commit";
    if (words.size() < 2 || (verb != "verify" && words.size() < 3)) {
        std::fprintf(stderr, "see the head of spool_exerciser.cc\n");
        return 1;
    }
    World world{words[1]};
    if (verb == "verify") return verify(world);
    Ledger ledger{words[2]};
    if (verb == "settle") return settle(world, ledger);
    const auto number = [&](std::size_t at, std::size_t otherwise) {
        const auto given = words.size() > at ? parse_unsigned(words[at]) : std::nullopt;
        return given ? static_cast<std::size_t>(*given) : otherwise;
    };
    return accept(world, ledger, number(3, 6), number(4, 1), early);
}
