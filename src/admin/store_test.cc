#include "admin/admin_world.h"

#include <gmock/gmock.h>

namespace signet::admin {
namespace {

using testing::HasSubstr;
using testing::Not;

class FakeStores final : public Stores {
public:
    std::vector<StoreStatus> list() const override {
        return {{"database", "database", {}, "up"},
                {"staff", "ldap", {"example.com", "*.example.org"}, "down"}};
    }
    Task<std::optional<StoreTrial>> test(std::string name, std::string login,
                                         Secret password) override {
        if (name != "staff") co_return std::nullopt;
        const bool right = password.reveal() == "right password";
        co_return StoreTrial{{"asked for " + login, "line\nbreak"},
                             right ? "granted" : "bad_password"};
    }
    Task<std::optional<StoreMigration>> migrate(std::string name) override {
        if (name == "database") co_return StoreMigration{false, {"there is nothing to make"}};
        if (name != "staff") co_return std::nullopt;
        co_return StoreMigration{true, {"connected", "1: the\ntable"}};
    }
};

class StoreEndpoints : public Admin {
protected:
    StoreEndpoints() { services_.sign_ins.stores = &stores_; }
    FakeStores stores_;
};

TEST_F(StoreEndpoints, stores_are_listed_in_their_order) {
    const auto answer = ask("store.list", "{}");
    ASSERT_TRUE(answer);
    ASSERT_EQ(answer->items.size(), 2u);
    EXPECT_THAT(answer->items[0], HasSubstr(R"("name":"database")"));
    EXPECT_THAT(answer->items[1], HasSubstr(R"("domains":["example.com","*.example.org"])"));
    EXPECT_THAT(answer->items[1], HasSubstr(R"("state":"down")"));
}

TEST_F(StoreEndpoints, a_sign_in_is_tried_and_told) {
    const auto tried =
        ask("store.test", R"({"name":"staff","login":"ann","password":"right password"})");
    ASSERT_TRUE(tried);
    EXPECT_THAT(tried->done, HasSubstr(R"("outcome":"granted")"));
    EXPECT_THAT(tried->done, HasSubstr("asked for ann"));
    EXPECT_THAT(tried->done, Not(HasSubstr("right password")));
    EXPECT_THAT(tried->done, Not(HasSubstr("\\n")));
}

TEST_F(StoreEndpoints, tables_are_made_and_that_is_an_event) {
    const auto made = ask("store.migrate", R"({"name":"staff"})");
    ASSERT_TRUE(made);
    EXPECT_THAT(made->done, HasSubstr(R"("done":true)"));
    EXPECT_THAT(made->done, Not(HasSubstr("\\n")));
    const auto refused = ask("store.migrate", R"({"name":"database"})");
    ASSERT_TRUE(refused);
    EXPECT_THAT(refused->done, HasSubstr(R"("done":false)"));
    EXPECT_EQ(ask("store.migrate", R"({"name":"x"})").error().kind, Fault::Kind::not_found);
    const auto events = audit_.events();
    ASSERT_EQ(events.size(), 2u);
    EXPECT_EQ(events[0].event, "store.migrated");
    EXPECT_EQ(events[0].outcome, audit::Outcome::success);
    EXPECT_EQ(events[1].outcome, audit::Outcome::failure);
    EXPECT_EQ(events[1].detail, "there is nothing to make");
}

TEST_F(StoreEndpoints, what_cannot_be_tried_is_said) {
    EXPECT_EQ(ask("store.test", R"({"name":"x","login":"ann","password":"p"})").error().kind,
              Fault::Kind::not_found);
    EXPECT_EQ(ask("store.test", R"({"name":"staff","login":"","password":"p"})").error().kind,
              Fault::Kind::usage);
    EXPECT_EQ(ask("store.test", R"({"name":"staff","login":"ann"})").error().kind,
              Fault::Kind::usage);
    services_.sign_ins.stores = nullptr;
    EXPECT_EQ(ask("store.list", "{}").error().kind, Fault::Kind::failed);
    EXPECT_EQ(ask("store.test", R"({"name":"staff","login":"a","password":"p"})").error().kind,
              Fault::Kind::failed);
}

}  // namespace
}  // namespace signet::admin
