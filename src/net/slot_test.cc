#include "net/slot.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

namespace signet::net {
namespace {

TEST(Slot, who_has_taken_a_value_keeps_it_when_another_is_put_in_force) {
    Slot<int> slot;
    EXPECT_EQ(slot.get(), nullptr);
    slot.set(std::make_shared<const int>(1));
    const auto taken = slot.get();
    slot.set(std::make_shared<const int>(2));
    EXPECT_EQ(*taken, 1);
    EXPECT_EQ(*slot.get(), 2);
}

// Two halves that always belong together: a reader who sees halves of two values has seen a torn
// one.  Under ThreadSanitizer this test is about the rest, too.
TEST(Slot, readers_see_whole_values_while_others_swap_them) {
    using Halves = std::pair<int, int>;
    Slot<Halves> slot(std::make_shared<const Halves>(0, 0));
    std::atomic<bool> stop{false};
    std::atomic<int> torn{0}, looks{0};
    std::vector<std::thread> readers;
    for (int i = 0; i < 3; ++i) {
        readers.emplace_back([&] {
            while (!stop) {
                const auto seen = slot.get();
                torn += seen->first != -seen->second;
                ++looks;
            }
        });
    }
    for (int i = 1; i <= 5'000; ++i) slot.set(std::make_shared<const Halves>(i, -i));
    while (looks < 100) std::this_thread::yield();
    stop = true;
    for (auto& reader : readers) reader.join();
    EXPECT_EQ(torn, 0);
    EXPECT_EQ(slot.get()->first, 5'000);
}

}  // namespace
}  // namespace signet::net
