#include "admin/admin_world.h"
#include "admin/sign_ins.h"

#include <gmock/gmock.h>

namespace signet::admin {
namespace {

using testing::HasSubstr;
using testing::Not;

class FakeSignIns final : public RouteSignIns {
public:
    Task<Result<LoginBegun, Fault>> begin_login(std::string route) override {
        asked.push_back("login " + route);
        if (fault) co_return fail(*fault);
        co_return LoginBegun{.address = "https://idp.test/go",
                             .code = "AB-CD",
                             .life = std::chrono::seconds{900},
                             .interval = std::chrono::seconds{5}};
    }
    Task<Result<std::optional<std::chrono::seconds>, Fault>> poll_login(
        std::string route) override {
        asked.push_back("poll " + route);
        if (fault) co_return fail(*fault);
        co_return waits;
    }
    Task<Result<SignInTrial, Fault>> try_sign_in(std::string route) override {
        asked.push_back("try " + route);
        if (fault) co_return fail(*fault);
        co_return trial;
    }
    std::vector<std::string> asked;
    std::optional<Fault> fault;
    std::optional<std::chrono::seconds> waits = std::chrono::seconds{10};
    SignInTrial trial;
};

class RouteSignIn : public Admin {
protected:
    RouteSignIn() { services_.outbound.sign_ins = &sign_ins_; }
    FakeSignIns sign_ins_;
};

TEST_F(RouteSignIn, a_login_is_shown_waited_for_and_recorded_when_somebody_has_agreed) {
    EXPECT_EQ(said(ask("route.login", R"({"name":"m365"})")),
              R"({"kind":"route_login","api_version":1,"name":"m365","state":"waiting",)"
              R"("address":"https://idp.test/go","code":"AB-CD","expires_in":900,"interval":5})");
    const auto events = audit_.events().size();
    EXPECT_EQ(
        said(ask("route.login_poll", R"({"name":"m365"})")),
        R"({"kind":"route_login","api_version":1,"name":"m365","state":"waiting","interval":10})");
    EXPECT_EQ(audit_.events().size(), events);
    sign_ins_.waits.reset();
    EXPECT_EQ(said(ask("route.login_poll", R"({"name":"m365"})")),
              R"({"kind":"route_login","api_version":1,"name":"m365","state":"agreed"})");
    EXPECT_EQ(last_event().event, "route.login");
    EXPECT_EQ(last_event().target->name, "m365");
    EXPECT_EQ(last_event().actor->name, "ann");
    EXPECT_EQ(sign_ins_.asked, (std::vector<std::string>{"login m365", "poll m365", "poll m365"}));
}

TEST_F(RouteSignIn, a_trial_is_told_with_what_the_token_says) {
    sign_ins_.trial.user = "scan@example.com";
    sign_ins_.trial.by_token = true;
    sign_ins_.trial.token = oauth::TokenLook{};
    sign_ins_.trial.token->audience = {"a", "b"};
    sign_ins_.trial.token->expires = clock_.wall();
    sign_ins_.trial.hosts = {{"smtp.test:587", false, "535 5.7.3 no"}};
    sign_ins_.trial.missing = {"Do this."};
    const auto told = said(ask("route.try", R"({"name":"m365"})"));
    EXPECT_THAT(told, HasSubstr(R"("by":"token")"));
    EXPECT_THAT(told, HasSubstr(R"("audience":["a","b"])"));
    EXPECT_THAT(told, HasSubstr(R"("expires":"2026-)"));
    EXPECT_THAT(told, HasSubstr(R"("hosts":[{"host":"smtp.test:587","signed_in":false,)"
                                R"("said":"535 5.7.3 no"}],"missing":["Do this."]})"));
    sign_ins_.trial = {};
    sign_ins_.trial.token_fault = "nobody has agreed";
    EXPECT_THAT(said(ask("route.try", R"({"name":"m365"})")),
                HasSubstr(R"("token_fault":"nobody has agreed")"));
}

TEST_F(RouteSignIn, each_fault_is_passed_on_and_nothing_is_recorded) {
    const auto events = audit_.events().size();
    sign_ins_.fault = Fault{Fault::Kind::conflict, "route x has no auth.oauth"};
    for (const auto* method : {"route.login", "route.login_poll", "route.try"}) {
        const auto outcome = ask(method, R"({"name":"x"})");
        ASSERT_FALSE(outcome);
        EXPECT_EQ(outcome.error().kind, Fault::Kind::conflict);
        services_.outbound.sign_ins = nullptr;
        const auto none = ask(method, R"({"name":"x"})");
        ASSERT_FALSE(none);
        EXPECT_EQ(none.error().kind, Fault::Kind::failed);
        services_.outbound.sign_ins = &sign_ins_;
    }
    EXPECT_EQ(audit_.events().size(), events);
}

}  // namespace
}  // namespace signet::admin
