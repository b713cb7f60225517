#include "net/stream.h"

#include <gtest/gtest.h>

namespace signet::net {
namespace {

TEST(Endpoint, IsWrittenWithBracketsWhereTheAddressHasColons) {
    EXPECT_EQ((Endpoint{"192.0.2.1", 587}.text()), "192.0.2.1:587");
    EXPECT_EQ((Endpoint{"2001:db8::1", 465}.text()), "[2001:db8::1]:465");
}

TEST(IoFault, EachHasItsWord) {
    EXPECT_EQ(name(IoFault::closed), "closed");
    EXPECT_EQ(name(IoFault::timed_out), "timed_out");
    EXPECT_EQ(name(IoFault::tls), "tls");
    EXPECT_EQ(name(IoFault::cancelled), "cancelled");
}

}  // namespace
}  // namespace signet::net
