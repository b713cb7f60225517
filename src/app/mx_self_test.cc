#include "app/mx_self.h"

#include <gtest/gtest.h>

namespace signet::app {
namespace {

std::vector<IpAddress> addresses(const std::vector<std::string>& texts) {
    std::vector<IpAddress> all;
    all.reserve(texts.size());
    for (const auto& text : texts) all.push_back(parse_ip(text).value());
    return all;
}

relay::Self self_with(const std::vector<settings::Address>& bound) {
    settings::Snapshot settings;
    settings.hostname = "Mail.example.com";
    settings.listeners.push_back({.name = "mx", .role = "mx", .bind = bound});
    return mx_self(settings, 25, addresses({"127.0.0.1", "192.0.2.7", "::1", "2001:db8::7"}));
}

TEST(MxSelf, our_name_is_ours) {
    const auto self = self_with({});
    ASSERT_EQ(self.names.size(), 1u);
    EXPECT_EQ(self.names[0].text(), "mail.example.com");
    EXPECT_TRUE(self.addresses.empty());
}

TEST(MxSelf, security_26_only_where_we_would_answer_an_address_is_ours) {
    EXPECT_EQ(self_with({{"192.0.2.9", 25}, {"192.0.2.10", 587}}).addresses,
              addresses({"192.0.2.9"}));
    EXPECT_EQ(self_with({{"0.0.0.0", 25}}).addresses, addresses({"127.0.0.1", "192.0.2.7"}));
    EXPECT_EQ(self_with({{"::", 25}}).addresses, addresses({"::1", "2001:db8::7"}));
    EXPECT_TRUE(self_with({{"0.0.0.0", 2'525}}).addresses.empty());
}

}  // namespace
}  // namespace signet::app
