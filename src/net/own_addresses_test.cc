#include "net/own_addresses.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <algorithm>

namespace signet::net {
namespace {

TEST(OwnAddresses, the_loopback_is_ours_and_a_network_of_documentation_is_not) {
    const auto own = own_addresses().value();
    EXPECT_EQ(std::ranges::count(own, parse_ip("127.0.0.1").value()), 1);
    EXPECT_EQ(std::ranges::count(own, parse_ip("192.0.2.1").value()), 0);
}

// Without descriptors there is no socket to ask the kernel with.
TEST(OwnAddresses, security_26_what_the_kernel_does_not_say_is_an_error_and_not_nothing) {
#if __has_feature(address_sanitizer)
    GTEST_SKIP() << "UBSan itself needs a descriptor now and then; this runs under TSan";
#endif
    rlimit before{};
    ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
    const rlimit none{0, before.rlim_max};
    ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &none), 0);
    const auto own = own_addresses();
    ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &before), 0);
    ASSERT_FALSE(own);
    EXPECT_TRUE(own.error().starts_with("the addresses of this machine cannot be read: "));
}

}  // namespace
}  // namespace signet::net
