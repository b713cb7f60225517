#include "store/http_credentials.h"

#include "net/run_task.h"

#include <gmock/gmock.h>

#include <optional>

namespace signet::store {
namespace {

using identity::Login;
using identity::Refused;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using Kind = net::HttpFault::Kind;

struct Service {
    ManualClock clock;
    int status = 200;
    std::string body = R"({"answer":"granted","account":"ann","addresses":["ann@example.com"]})";
    std::optional<Kind> fault;
    std::vector<std::string> asked, fields, reports;
    bool repeatable = false;
    std::optional<Deadline> until;
    Result<Secret, std::string> bearer = Secret{"token"};
    HttpCredentials store{{.url = "https://auth.example/check",
                           .bearer = [this]() -> Result<Secret, std::string> {
                               if (!bearer) return fail(bearer.error());
                               return bearer->clone();
                           },
                           .report = [this](std::string_view text) { reports.emplace_back(text); }},
                          [this](net::HttpRequest request, Deadline deadline) {
                              return answer(std::move(request), deadline);
                          },
                          clock};

    Task<Result<net::HttpResponse, net::HttpFault>> answer(net::HttpRequest request,
                                                           Deadline deadline) {
        asked.push_back(request.method + " " + request.url + " " +
                        std::string{request.body->reveal()});
        repeatable = request.repeatable;
        until = deadline;
        for (const auto& field : request.fields) {
            fields.push_back(field.name + ": " + std::string{field.value.reveal()});
        }
        if (fault) co_return fail(net::HttpFault{*fault, "why"});
        net::HttpResponse response{.status = status};
        response.body = Secret::copy_of(body);
        co_return response;
    }

    // "ann", a refusal's name, or a fault's.
    std::string check(std::string password = "pencil") {
        return told(net::run_task(store.check({.authcid = "Ann", .method = "PLAIN"},
                                              Secret{std::move(password)},
                                              Deadline::in(clock, std::chrono::seconds{30}))));
    }
    static std::string told(const Result<identity::CheckAnswer, StoreFault>& answer) {
        if (!answer) return std::string{name(answer.error())};
        if (const auto* login = std::get_if<Login>(&*answer)) return login->account;
        return std::string{identity::name(std::get<Refused>(*answer).why)};
    }
};

TEST(HttpCredentials, a_password_is_checked_over_there) {
    Service service;
    EXPECT_EQ(service.check(), "ann");
    EXPECT_THAT(service.asked,
                ElementsAre(R"(POST https://auth.example/check {"version":1,"question":"check",)"
                            R"("login":"Ann","password":"pencil","mechanism":"PLAIN"})"));
    EXPECT_THAT(service.fields,
                ElementsAre("Content-Type: application/json", "Accept: application/json",
                            "Authorization: Bearer token"));
    EXPECT_TRUE(service.repeatable);
    EXPECT_EQ(service.until->when(), service.clock.steady() + std::chrono::seconds{5});
    EXPECT_THAT(service.reports, IsEmpty());
    service.body = R"({"answer":"refused","reason":"bad_password","account":"ann"})";
    EXPECT_EQ(service.check(), "bad_password");
}

TEST(HttpCredentials, whatever_is_no_answer_is_unavailable_and_told_without_the_password) {
    struct Case {
        int status;
        std::string body;
        std::optional<Kind> fault;
        std::string outcome, told;
    };
    for (const auto& c : std::vector<Case>{
             {500, "", {}, "unavailable", "HTTP 500"},
             {401,
              R"({"answer":"refused","reason":"bad_password"})",
              {},
              "unavailable",
              "HTTP 401"},
             {404, "", {}, "unavailable", "HTTP 404"},
             {200, "<html>", {}, "unavailable", "no JSON object"},
             {200, R"({"answer":"granted"})", {}, "unavailable", "names no account"},
             {200, "", Kind::connect, "unavailable", "why"},
             {200, "", Kind::tls, "unavailable", "why"},
             {200, "", Kind::redirected, "unavailable", "why"},
             {200, "", Kind::busy, "unavailable", "why"},
             {200, "", Kind::timed_out, "deadline", "why"},
         }) {
        Service service;
        service.status = c.status;
        service.body = c.body;
        service.fault = c.fault;
        EXPECT_EQ(service.check("pen-cil"), c.outcome);
        ASSERT_EQ(service.reports.size(), 1u);
        EXPECT_THAT(service.reports[0], HasSubstr(c.told));
        EXPECT_THAT(service.reports[0], Not(HasSubstr("pen-cil")));
    }
}

TEST(HttpCredentials, without_its_own_token_nobody_is_asked) {
    Service service;
    service.bearer = fail(std::string{"/etc/signet/secrets/http: No such file or directory"});
    EXPECT_EQ(service.check(), "unavailable");
    EXPECT_THAT(service.asked, IsEmpty());
    EXPECT_THAT(service.reports, ElementsAre(HasSubstr("No such file")));
}

TEST(HttpCredentials, what_cannot_be_said_in_json_is_nobodys_password) {
    Service service;
    EXPECT_EQ(service.check("\xff\xfe"), "bad_password");
    ASSERT_EQ(service.asked.size(), 1u);
    EXPECT_THAT(service.asked[0], HasSubstr(R"("question":"look_up","login":"Ann")"));
    EXPECT_THAT(service.asked[0], Not(HasSubstr("password")));
    service.body = R"({"answer":"refused","reason":"account_disabled","account":"ann"})";
    EXPECT_EQ(service.check("\xff\xfe"), "bad_password");
    // Another store may know the account.
    service.body = R"({"answer":"refused","reason":"unknown_account"})";
    EXPECT_EQ(service.check("\xff\xfe"), "unknown_account");
}

TEST(HttpCredentials, whom_another_authority_has_proven_is_looked_up_without_a_password) {
    Service service;
    EXPECT_EQ(Service::told(net::run_task(
                  service.store.vouched({.authcid = "x", .method = "OAUTHBEARER"}, "ann",
                                        Deadline::in(service.clock, std::chrono::seconds{1})))),
              "ann");
    EXPECT_THAT(service.asked.back(),
                HasSubstr(R"({"version":1,"question":"look_up","login":"ann",)"
                          R"("mechanism":"OAUTHBEARER"})"));
    EXPECT_EQ(service.until->when(), service.clock.steady() + std::chrono::seconds{1});
    EXPECT_EQ(*net::run_task(service.store.account_of("ann")), "ann");
    service.body = R"({"answer":"refused","reason":"unknown_account"})";
    EXPECT_EQ(*net::run_task(service.store.account_of("bob")), "");
    service.status = 500;
    EXPECT_FALSE(net::run_task(service.store.account_of("bob")));
}

}  // namespace
}  // namespace signet::store
