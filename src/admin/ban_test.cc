#include "admin/admin_world.h"
#include "limits/bans.h"

#include <gmock/gmock.h>

#include <algorithm>

namespace signet::admin {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

class FakeBans final : public limits::Bans {
public:
    Task<Result<std::vector<limits::Ban>, StoreFault>> list() override {
        if (fault) co_return fail(*fault);
        co_return bans;
    }
    Task<Result<std::size_t, StoreFault>> lift(std::string network,
                                               std::optional<std::string> account) override {
        if (fault) co_return fail(*fault);
        co_return std::erase_if(bans, [&](const limits::Ban& ban) {
            return ban.network == network && (!account || ban.account == account);
        });
    }
    std::vector<limits::Ban> bans;
    std::optional<StoreFault> fault;
};

class Bans : public Admin {
protected:
    Bans() {
        services_.sign_ins.bans = &bans_;
        bans_.bans = {{"192.0.2.7", "ann@a.example", clock_.wall()},
                      {"192.0.2.7", "", clock_.wall()},
                      {"2001:db8::/64", std::nullopt, clock_.wall()}};
    }
    FakeBans bans_;
};

TEST_F(Bans, are_listed_with_what_they_are_of) {
    const auto answer = ask("ban.list", "{}");
    ASSERT_TRUE(answer);
    ASSERT_EQ(answer->items.size(), 3u);
    EXPECT_THAT(answer->items[0], HasSubstr(R"("scope":"account")"));
    EXPECT_THAT(answer->items[0], HasSubstr(R"("account":"ann@a.example")"));
    EXPECT_THAT(answer->items[1], Not(HasSubstr(R"("account":)"))) << "a name that nobody has";
    EXPECT_THAT(answer->items[2], HasSubstr(R"("scope":"network")"));
    EXPECT_THAT(answer->done, HasSubstr(R"("count":3)"));
}

TEST_F(Bans, are_lifted_for_one_account_or_all_and_it_is_recorded) {
    EXPECT_TRUE(ask("ban.delete", R"({"network":"192.0.2.7","account":"Ann@A.example"})"));
    EXPECT_EQ(bans_.bans.size(), 2u);
    const auto events = audit_.events();
    ASSERT_FALSE(events.empty());
    EXPECT_EQ(events.back().event, "ban.removed");
    EXPECT_EQ(events.back().account_name, "ann@a.example");
    EXPECT_EQ(events.back().target->name, "192.0.2.7");
    // Any address of an IPv6 network names it.
    EXPECT_TRUE(ask("ban.delete", R"({"network":"2001:db8::5"})"));
    EXPECT_EQ(ask("ban.delete", R"({"network":"2001:db8::/64"})").error().kind,
              Fault::Kind::not_found);
    EXPECT_TRUE(ask("ban.delete", R"({"network":"192.0.2.7"})"));
    EXPECT_TRUE(bans_.bans.empty());
}

TEST_F(Bans, what_is_no_network_is_refused) {
    for (const auto* text : {R"({"network":"office"})", R"({"network":""})", "{}"}) {
        EXPECT_EQ(ask("ban.delete", text).error().kind, Fault::Kind::usage) << text;
    }
    bans_.fault = StoreFault::unavailable;
    EXPECT_EQ(ask("ban.list", "{}").error().kind, Fault::Kind::try_later);
    EXPECT_EQ(ask("ban.delete", R"({"network":"192.0.2.7"})").error().kind, Fault::Kind::try_later);
}

TEST_F(Bans, where_nobody_guards_there_are_none) {
    services_.sign_ins.bans = nullptr;
    EXPECT_TRUE(ask("ban.list", "{}")->items.empty());
    EXPECT_EQ(ask("ban.delete", R"({"network":"192.0.2.7"})").error().kind, Fault::Kind::not_found);
}

}  // namespace
}  // namespace signet::admin
