#include "authn/act_as.h"

#include <gtest/gtest.h>

namespace signet::authn {
namespace {

identity::Login login(const std::string& account, std::vector<std::string> groups = {}) {
    identity::Login made;
    made.account = account;
    made.groups = std::move(groups);
    return made;
}

TEST(ActAs, NobodyMayWithoutARule) { EXPECT_FALSE(may_act_as({}, login("ann"), "bob")); }

TEST(ActAs, ARuleSaysWhoAndWhom) {
    const std::vector<settings::ActAsSettings> rules{
        {.name = "assistants", .accounts = {"ann"}, .groups = {"desk"}, .as = {"boss", "team-*"}},
        {.name = "nobody", .accounts = {}, .groups = {}, .as = {"*"}}};
    struct Case {
        identity::Login who;
        std::string whom;
        bool may;
    };
    const Case cases[] = {
        {login("ann"), "boss", true},           {login("ann"), "team-a", true},
        {login("ann"), "bob", false},           {login("anna"), "boss", false},
        {login("eve", {"desk"}), "boss", true}, {login("eve", {"desks"}), "boss", false},
        {login("boss"), "ann", false},
    };
    for (const auto& c : cases) {
        EXPECT_EQ(may_act_as(rules, c.who, c.whom), c.may) << c.who.account << " as " << c.whom;
    }
}

}  // namespace
}  // namespace signet::authn
