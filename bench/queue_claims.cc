// What the queue in memory costs for each entry, and how many entries a second it takes and gives
// out.
//
//   bench_queue_claims [ENTRIES=1000000] [OWNERS=1000]
//
// A third of them was tried before.  The last line is JSON.
#include "base/entropy.h"
#include "net/system_clock.h"
#include "store/claims.h"

#include <malloc.h>

#include <cstdio>
#include <cstdlib>
#include <vector>

namespace {

using namespace signet;

struct Measured {
    double octets = 0;            // for each entry
    double puts = 0, claims = 0;  // a second
};

double rate(std::size_t count, SteadyTime begun, SteadyTime end) {
    return static_cast<double>(count) / std::chrono::duration<double>(end - begun).count();
}

Measured measure(std::size_t entries, std::size_t owners) {
    const net::SystemClock clock;
    SeededEntropy entropy{7};
    UlidSource ids{clock, entropy};
    std::vector<queue::QueueId> names(entries);
    for (auto& name : names) name = ids.next();
    std::vector<store::Weight> weights(owners);
    for (std::size_t i = 0; i < owners; ++i) {
        weights[i] = {10'240, i % 3 == 0, "account owner" + std::to_string(i) + "@example.org"};
    }
    const auto now = clock.wall();
    const auto heap = ::mallinfo2().uordblks;
    store::Claims claims;
    const auto begun = clock.steady();
    for (std::size_t i = 0; i < entries; ++i) {
        claims.put(names[i], now - std::chrono::seconds{draw(entropy) % 3'600},
                   weights[draw(entropy) % owners]);
    }
    const auto all_in = clock.steady();
    Measured measured;
    measured.octets =
        static_cast<double>(::mallinfo2().uordblks - heap) / static_cast<double>(entries);
    std::size_t claimed = 0;
    while (claimed < entries) claimed += claims.claim({.now = now}, clock.steady()).size();
    measured.puts = rate(entries, begun, all_in);
    measured.claims = rate(entries, all_in, clock.steady());
    return measured;
}

}  // namespace

int main(int argc, char** argv) {
    const std::size_t entries = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 1'000'000;
    const std::size_t owners = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 1'000;
    const auto measured = measure(entries, owners);
    std::printf("%zu entries of %zu owners: %.0f octets each, %.0f puts/s, %.0f claims/s\n",
                entries, owners, measured.octets, measured.puts, measured.claims);
    std::printf(
        "{\"bench\": \"queue_claims\", \"entries\": %zu, \"owners\": %zu, "
        "\"octets_per_entry\": %.0f, \"puts_per_second\": %.0f, \"claims_per_second\": %.0f}\n",
        entries, owners, measured.octets, measured.puts, measured.claims);
    return 0;
}
