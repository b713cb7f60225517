#include "app/name_service.h"

#include <gtest/gtest.h>

namespace signet::app {
namespace {

TEST(NameService, a_resolver_is_kept_until_its_settings_change) {
    NameService service;
    settings::DnsSettings settings{.servers = {{"127.0.0.1", 53}}, .dnssec = "off"};
    const auto first = service.resolver(settings).value();
    EXPECT_EQ(service.resolver(settings).value(), first);
    settings.servers[0].port = 54;
    const auto second = service.resolver(settings).value();
    EXPECT_NE(second, first);
}

TEST(NameService, what_cannot_be_set_up_keeps_the_resolver_there_is) {
    NameService service;
    settings::DnsSettings settings{.servers = {{"127.0.0.1", 53}}, .dnssec = "off"};
    const auto first = service.resolver(settings).value();
    const auto refused =
        service.resolver({.servers = {{"127.0.0.1", 53}}, .trust_anchor = "/nowhere/root.key"});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().exit, 78);
    EXPECT_EQ(refused.error().sentence, "dns: the trust anchor /nowhere/root.key cannot be read");
    EXPECT_EQ(service.resolver(settings).value(), first);
}

}  // namespace
}  // namespace signet::app
