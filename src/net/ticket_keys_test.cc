#include "net/ticket_keys.h"

#include <gtest/gtest.h>

namespace signet::net {
namespace {

using namespace std::chrono_literals;

TEST(TicketKeys, ChangeWithTimeAndForgetWhatIsOld) {
    ManualClock clock;
    SeededEntropy entropy(1);
    TicketKeys keys(clock, entropy, 100s);
    const auto first = keys.for_sealing();
    EXPECT_EQ(keys.for_sealing().name, first.name);
    EXPECT_TRUE(keys.for_opening(first.name)->current);

    clock.advance(100s);
    const auto second = keys.for_sealing();
    EXPECT_NE(second.name, first.name);
    EXPECT_NE(second.cipher, first.cipher);
    EXPECT_NE(second.mac, first.mac);
    EXPECT_FALSE(keys.for_opening(first.name)->current);
    EXPECT_EQ(keys.for_opening(first.name)->key.mac, first.mac);

    clock.advance(100s);
    EXPECT_FALSE(keys.for_opening(first.name));
    EXPECT_TRUE(keys.for_opening(second.name));
    clock.advance(1'000s);  // a quiet night: even the last key is too old
    EXPECT_FALSE(keys.for_opening(second.name));
    EXPECT_FALSE(keys.for_opening({}));
}

}  // namespace
}  // namespace signet::net
