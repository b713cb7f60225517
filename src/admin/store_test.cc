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
