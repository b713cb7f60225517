// A bulk job, a backlog, and what others have of the queue meanwhile: virtual time, by chance with
// a seed.  docs/explanation/whose-mail-goes-next.md says what is held to here.
#include "net/run_task.h"
#include "relay/worker_bench.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace signet::relay {
namespace {

using Kind = queue::RecipientOutcome::Kind;
using namespace std::chrono_literals;

constexpr unsigned kPlaces = 20;

// One next hop that takes up to a minute for each message, and for ever at hangs.net.
class SlowHop final : public Transport {
public:
    SlowHop(const Clock& clock, std::uint64_t seed) : clock_(clock), entropy_(seed) {}

    std::vector<std::string> begun{};  // accounts, in the order in which they were begun
    unsigned inside = 0, hanging = 0;
    bool let_go = false;

    std::size_t begun_of(std::string_view account) const {
        return static_cast<std::size_t>(std::ranges::count(begun, account));
    }
    Task<Attempt> deliver(const Load& load) override {
        const auto& consignment = load.consignment;
        const bool hangs = consignment.envelope.recipients[0].mailbox.domain == "hangs.net";
        begun.push_back(consignment.account);
        hanging += hangs;
        ++inside;
        const auto until = clock_.steady() + std::chrono::seconds{1 + draw(entropy_) % 60};
        while (!let_go && (hangs || clock_.steady() < until)) co_await let_others_run();
        --inside;
        co_return everybody(consignment, Kind::delivered, "250 ok");
    }

private:
    const Clock& clock_;
    SeededEntropy entropy_;
};

struct Site : WorkerBench {
    SeededEntropy chance;
    std::shared_ptr<SlowHop> hop;

    explicit Site(std::uint64_t seed)
        : chance(seed), hop(std::make_shared<SlowHop>(clock, seed + 1)) {
        options.concurrency = kPlaces;
        options.idle = 1s;
        routes.set({{"hop", {{"*"}}, hop}});
    }
    void send(const std::string& of, std::size_t count, const std::string& to = "bob@a.net") {
        for (std::size_t i = 0; i < count; ++i) accept_from(of, to);
    }
    // So many that were tried once, and are due again.
    void send_deferred(const std::string& of, std::size_t count, const std::string& to) {
        send(of, count, to);
        auto fresh =
            net::run_task(queue.claim({.now = clock.wall(), .count = count, .fresh_only = true}));
        for (auto& lease : fresh.value()) {
            queue::Outcome later{.recipients = {{0, Kind::deferred, "451"}},
                                 .retry_at = clock.wall()};
            ASSERT_TRUE(net::run_task(queue.settle(std::move(lease), std::move(later))));
        }
    }
    void run_while(std::function<bool()> wanted) {
        run_until([this, wanted = std::move(wanted)] { return hop->let_go = !wanted(); });
    }
};

class FairShare : public testing::TestWithParam<std::uint64_t> {};

TEST_P(FairShare, OneMessageOvertakesAJobOfTwentyThousand) {
    Site site{GetParam()};
    site.send("job", 20'000);
    const auto owners = draw(site.chance) % 30;
    for (std::size_t i = 0; i < owners; ++i) site.send("other" + std::to_string(i), 20);
    std::size_t before = 0;
    const auto when = 60 + draw(site.chance) % 100;  // in the midst of it
    site.each_sleep = [&] {
        if (site.sleeps != when) return;
        before = site.hop->begun.size();
        site.send("ann", 1);
    };
    site.run_while([&] { return site.hop->begun_of("ann") == 0 && site.sleeps < 1'000; });

    const auto& begun = site.hop->begun;
    const auto ann = static_cast<std::size_t>(std::ranges::find(begun, "ann") - begun.begin());
    ASSERT_LT(ann, begun.size()) << "it was never begun";
    ASSERT_GT(before, kPlaces);
    EXPECT_LE(ann - before, owners + kPlaces) << "each of the others once, and who had a place";
    EXPECT_LT(begun.size(), 2'000u) << "the job was not over by then";
}

TEST_P(FairShare, AJobThatHangsLeavesPlacesToWhoeverComes) {
    Site site{GetParam()};
    site.send("job", 500, "bob@hangs.net");
    site.each_sleep = [&] {
        if (site.sleeps == 10) site.send("ann", 30);
    };
    site.run_while([&] { return site.hop->begun_of("ann") < 30 && site.sleeps < 5'000; });
    EXPECT_EQ(site.hop->begun_of("ann"), 30u);
    EXPECT_EQ(site.hop->hanging, 15u) << "three quarters, though nobody else was there at first";
}

TEST_P(FairShare, AJobThatHangsOnOneRouteStopsNeitherTheRouteNorItsOwnOtherMail) {
    Site site{GetParam()};
    site.routes.set({{"hop", {{"hangs.net", "b.net"}}, site.hop}, {"other", {{"*"}}, site.hop}});
    site.send("job", 500, "bob@hangs.net");
    site.send("job", 30, "bob@a.net");
    site.each_sleep = [&] {
        if (site.sleeps == 10) site.send("ann", 10, "bob@b.net");
    };
    const auto over = [&] {
        return site.hop->begun_of("ann") == 10 && site.hop->begun_of("job") == 13 + 30;
    };
    site.run_while([&] { return !over() && site.sleeps < 5'000; });
    EXPECT_TRUE(over());
    EXPECT_EQ(site.hop->hanging, 13u);
}

TEST_P(FairShare, ABacklogOfDeferredMailStopsNoFreshMail) {
    Site site{GetParam()};
    for (int i = 0; i < 10; ++i) {
        site.send_deferred("owner" + std::to_string(i), 100, "bob@hangs.net");
    }
    site.each_sleep = [&] {
        if (site.sleeps == 10) site.send("ann", 30);
    };
    site.run_while([&] { return site.hop->begun_of("ann") < 30 && site.sleeps < 5'000; });
    EXPECT_EQ(site.hop->begun_of("ann"), 30u);
    EXPECT_EQ(site.hop->hanging, 15u) << "three quarters";
}

TEST_P(FairShare, FreshMailWithoutEndDoesNotStarveDeferredMail) {
    Site site{GetParam()};
    site.send_deferred("deferred", 900, "bob@a.net");
    for (int i = 0; i < 5; ++i) site.send("owner" + std::to_string(i), 400);
    site.run_while([&] { return site.hop->begun.size() < 800; });
    const auto& begun = site.hop->begun;
    ASSERT_GE(begun.size(), 800u);
    // Of any 40 in a row a quarter; a place may be full for a moment.
    for (auto at = begun.begin(); begun.end() - at >= 40; at += 40) {
        const auto deferred = std::count(at, at + 40, "deferred");
        EXPECT_GE(deferred, 8) << at - begun.begin();
        EXPECT_LE(deferred, 12) << at - begun.begin();
    }
}

INSTANTIATE_TEST_SUITE_P(Seeds, FairShare, testing::Values(1, 2, 3));

}  // namespace
}  // namespace signet::relay
