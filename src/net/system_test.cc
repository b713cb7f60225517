#include "net/system_clock.h"
#include "net/system_entropy.h"

#include <gtest/gtest.h>

namespace signet::net {
namespace {

TEST(SystemClock, SteadyTimeNeverGoesBack) {
    const SystemClock clock;
    auto last = clock.steady();
    for (int i = 0; i < 1'000; ++i) {
        const auto now = clock.steady();
        EXPECT_LE(last, now);
        last = now;
    }
}

TEST(SystemClock, WallTimeIsOfThisCentury) {
    EXPECT_GT(SystemClock{}.wall(),
              WallTime{std::chrono::sys_days{std::chrono::year{2026} / 1 / 1}});
    EXPECT_LT(SystemClock{}.wall(),
              WallTime{std::chrono::sys_days{std::chrono::year{2100} / 1 / 1}});
}

TEST(SystemEntropy, FillsEveryOctetAndNeverTheSameWay) {
    SystemEntropy entropy;
    std::vector<std::uint8_t> a(100'000), b(100'000);
    entropy.fill(a);
    entropy.fill(b);
    EXPECT_NE(a, b);
    std::array<unsigned, 256> seen{};
    for (const auto octet : a) ++seen[octet];
    for (const auto count : seen) EXPECT_GT(count, 200u);  // 390 each, on average
    entropy.fill({});
}

}  // namespace
}  // namespace signet::net
