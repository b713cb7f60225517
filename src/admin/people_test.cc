// Passwords that are chosen, groups, open sessions, and who has left.
#include "admin/admin_world.h"

#include <gmock/gmock.h>

namespace signet::admin {
namespace {

using testing::HasSubstr;

class FakeBreaches final : public identity::BreachedPasswords {
public:
    Result<bool, std::string> knows(const Secret& password) const override {
        if (broken) return fail(std::string{"the list is damaged"});
        return password.reveal() == "tr0ub4dor";
    }
    bool broken = false;
};

class FakeSessions final : public Sessions {
public:
    std::vector<OpenSession> list(const std::string& account, std::size_t) const override {
        OpenSession one;
        one.id = "01S";
        one.account = account.empty() ? "ann" : account;
        one.mechanism = "PLAIN";
        return {one};
    }
    std::size_t count(const std::string&) const override { return 12'000; }
    std::size_t end(const std::string& account, const std::string& id) override {
        return account == "ann" && (id.empty() || id == "01S") ? 1 : 0;
    }
};

class FakeReconciling final : public Reconciling {
public:
    Task<Result<Reconciled, std::string>> reconcile(WantedReconcile wanted, audit::Actor) override {
        if (wanted.store == "down") co_return fail(std::string{"nobody answers"});
        Reconciled done{.from = "store " + wanted.store, .plan = {.people = 3, .compared = 4}};
        done.plan.leavers = {{"bob", "the list does not name bob"}};
        if (wanted.at_most == 0u) done.plan.refusal = "too many";
        if (wanted.apply) done.disabled = {"bob"};
        co_return done;
    }
};

class People : public Admin {
protected:
    People() {
        services_.passwords.breached = &breaches_;
        services_.sign_ins.sessions = &sessions_;
        services_.sign_ins.reconciling = &reconciling_;
    }
    std::string add(const std::string& name, const std::string& more) {
        return said(ask("account.add", R"({"name":")" + name + "\"," + more + "}"));
    }
    FakeBreaches breaches_;
    FakeSessions sessions_;
    FakeReconciling reconciling_;
};

TEST_F(People, a_breached_password_cannot_be_chosen) {
    EXPECT_THAT(add("bob", R"("password":"tr0ub4dor")"), HasSubstr("known from breaches"));
    EXPECT_THAT(add("ann", R"("password":"correct horse")"), HasSubstr(R"("name":"ann")"));
    EXPECT_THAT(
        said(ask("credential.add", R"({"name":"ann","type":"password","password":"tr0ub4dor"})")),
        HasSubstr("known from breaches"));
    EXPECT_THAT(said(ask("account.reset-password", R"({"name":"ann","password":"tr0ub4dor"})")),
                HasSubstr("known from breaches"));
    breaches_.broken = true;
    EXPECT_EQ(add("carl", R"("password":"correct horse")"), "failed: the list is damaged");
    EXPECT_THAT(add("carl", R"("generate":true)"), HasSubstr(R"("name":"carl")"));
}

TEST_F(People, the_name_of_the_account_is_no_password) {
    EXPECT_THAT(add("ann@shop.example", R"("password":"Ann-Shop2026")"),
                HasSubstr("tries that first"));
    EXPECT_THAT(add("ann@shop.example", R"("password":"an ann at a shop")"),
                HasSubstr(R"("name":"ann@shop.example")"));
}

TEST_F(People, groups_are_set_added_and_taken_away) {
    EXPECT_THAT(add("ann", R"("groups":["staff","it","staff"],"generate":true)"),
                HasSubstr(R"("groups":["it","staff"])"));
    EXPECT_EQ(last_event().change.front().field, "groups");
    const auto set = [&](const std::string& what) {
        return said(ask("account.set", R"({"name":"ann",)" + what + "}"));
    };
    EXPECT_THAT(set(R"("add_groups":["boss"],"remove_groups":["it"])"),
                HasSubstr(R"("groups":["boss","staff"])"));
    EXPECT_EQ(last_event().event, "account.updated");
    EXPECT_EQ(last_event().change.size(), 2u);
    EXPECT_THAT(set(R"("groups":[])"), HasSubstr(R"("groups":[])"));
    EXPECT_THAT(set(R"("add_groups":["The Boss"])"), HasSubstr("usage: "));
    ASSERT_TRUE(ask("account.set", R"({"name":"ann","groups":["staff"]})"));
    add("bob", R"("generate":true)");
    EXPECT_EQ(ask("account.list", R"({"group":"staff"})")->items.size(), 1u);
    EXPECT_EQ(ask("account.list", "{}")->items.size(), 2u);
}

TEST_F(People, open_sessions_are_listed_and_ended) {
    const auto all = ask("session.list", "{}");
    ASSERT_TRUE(all);
    EXPECT_THAT(all->items.front(), HasSubstr(R"("mechanism":"PLAIN")"));
    EXPECT_THAT(all->done, HasSubstr(R"("count":12000)"));
    EXPECT_THAT(said(ask("session.end", R"({"name":"Ann","id":"01S"})")),
                HasSubstr(R"("count":1)"));
    EXPECT_EQ(last_event().event, "account.sessions_ended");
    EXPECT_EQ(last_event().account_name, "ann");
    EXPECT_EQ(ask("session.end", R"({"name":"bob"})").error().kind, Fault::Kind::not_found);
    EXPECT_EQ(ask("session.end", "{}").error().kind, Fault::Kind::usage);
    services_.sign_ins.sessions = nullptr;
    EXPECT_EQ(ask("session.list", "{}").error().kind, Fault::Kind::failed);
}

TEST_F(People, who_has_left_is_told_before_anything_is_done) {
    const auto dry = ask("account.reconcile", R"({"store":"staff"})");
    ASSERT_TRUE(dry);
    EXPECT_THAT(dry->items.front(), HasSubstr(R"("account":"bob")"));
    EXPECT_THAT(dry->done, HasSubstr(R"("applied":false)"));
    EXPECT_THAT(said(ask("account.reconcile", R"({"store":"staff","apply":true})")),
                HasSubstr(R"("disabled":1)"));
    EXPECT_THAT(said(ask("account.reconcile", R"({"store":"staff","at_most":0,"apply":true})")),
                HasSubstr(R"("applied":false)"));
    EXPECT_EQ(said(ask("account.reconcile", R"({"store":"down"})")), "failed: nobody answers");
    EXPECT_EQ(ask("account.reconcile", R"({"store":"x","at_most":101})").error().kind,
              Fault::Kind::usage);
}

}  // namespace
}  // namespace signet::admin
