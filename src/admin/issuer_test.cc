// issuer.list and issuer.test, over issuers that are told what to say.
#include "admin/admin_world.h"

namespace signet::admin {
namespace {

class ScriptedIssuers final : public TokenIssuers {
public:
    std::vector<IssuerState> list() const override { return states; }
    Task<TokenReport> examine(Secret token) override {
        asked.emplace_back(token.reveal());
        co_return report;
    }
    std::vector<IssuerState> states;
    TokenReport report;
    std::vector<std::string> asked;
};

class IssuerEndpoints : public Admin {
protected:
    ScriptedIssuers issuers_;
    void SetUp() override {
        services_.sign_ins.issuers = &issuers_;
        issuers_.states = {{.name = "company",
                            .url = "https://login.example.com",
                            .audience = {"smtp"},
                            .introspection = "opaque",
                            .keys = 2,
                            .fetched = clock_.wall()},
                           {.name = "silent",
                            .url = "https://silent.example.com",
                            .audience = {"smtp"},
                            .introspection = "never",
                            .trouble = "Nobody answers there."}};
    }
};

TEST_F(IssuerEndpoints, the_list_says_how_each_stands) {
    const auto outcome = ask("issuer.list");
    ASSERT_TRUE(outcome);
    ASSERT_EQ(outcome->items.size(), 2u);
    EXPECT_EQ(outcome->items[0],
              R"({"kind":"issuer","api_version":1,"name":"company",)"
              R"("url":"https://login.example.com","audience":["smtp"],)"
              R"("introspection":"opaque","keys":2,"fetched":"2026-11-24T06:00:00.000000Z"})");
    EXPECT_TRUE(outcome->items[1].ends_with(R"("keys":0,"trouble":"Nobody answers there."})"));
    EXPECT_EQ(outcome->done, R"({"kind":"issuer_list","api_version":1,"count":2})");
    services_.sign_ins.issuers = nullptr;
    EXPECT_TRUE(ask("issuer.list")->items.empty());
}

TEST_F(IssuerEndpoints, a_token_is_looked_at_and_each_finding_told) {
    issuers_.report = {.issuer = "company",
                       .account = "ann@example.com",
                       .findings = {{"signature", true, "Its signature is right."},
                                    {"audience", false, "It is for \"x\"."}},
                       .good = false};
    const auto outcome = ask("issuer.test", R"({"token":"a.b.c"})");
    ASSERT_TRUE(outcome) << said(outcome);
    EXPECT_EQ(issuers_.asked, std::vector<std::string>{"a.b.c"});
    ASSERT_EQ(outcome->items.size(), 2u);
    EXPECT_EQ(outcome->items[1],
              R"({"kind":"token_finding","api_version":1,"what":"audience","right":false,)"
              R"("sentence":"It is for \"x\"."})");
    EXPECT_EQ(outcome->done,
              R"({"kind":"token_report","api_version":1,"good":false,"issuer":"company",)"
              R"("account":"ann@example.com"})");
}

TEST_F(IssuerEndpoints, without_a_token_or_an_issuer_nothing_is_looked_at) {
    EXPECT_EQ(said(ask("issuer.test")), "usage: a token is needed");
    EXPECT_EQ(said(ask("issuer.test", R"({"token":""})")), "usage: a token is needed");
    EXPECT_EQ(said(ask("issuer.list", R"({"token":"a"})")),
              "usage: issuer.list has no parameter token");
    issuers_.states.clear();
    EXPECT_EQ(said(ask("issuer.test", R"({"token":"a"})")), "not_found: no [[issuer]] is set up");
    EXPECT_TRUE(issuers_.asked.empty());
}

}  // namespace
}  // namespace signet::admin
