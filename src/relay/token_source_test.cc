#include "relay/token_source.h"

#include "net/run_task.h"
#include "net/together.h"

#include <gmock/gmock.h>

#include <deque>

namespace signet::relay {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using Kind = TokenFault::Kind;
using Answer = Result<net::HttpResponse, net::HttpFault>;

Answer response(int status, std::string body) {
    net::HttpResponse response{.status = status};
    response.body = Secret{std::move(body)};
    return response;
}

std::string grant(const std::string& token, const std::string& more = "") {
    return R"({"access_token":")" + token + R"(","token_type":"Bearer","expires_in":3600)" + more +
           "}";
}

class FakeVault final : public TokenVault {
public:
    Task<Result<std::optional<Secret>, std::string>> read(std::string) override {
        if (broken) co_return fail(std::string{"the disk is gone"});
        if (!kept) co_return std::nullopt;
        co_return kept->clone();
    }
    Task<Result<void, std::string>> keep(std::string, Secret token) override {
        if (broken) co_return fail(std::string{"the disk is gone"});
        kept = std::move(token);
        ++writes;
        co_return Result<void, std::string>{};
    }
    std::optional<Secret> kept;
    int writes = 0;
    bool broken = false;
};

// A provider that says its answers one after the other, and a source that asks it.
struct Bench {
    ManualClock clock;
    SeededEntropy entropy{7};
    FakeVault vault;
    std::deque<std::function<Task<Answer>()>> answers;
    std::vector<std::string> asked, news;
    TokenSource source;

    explicit Bench(bool of_a_person = false)
        : source({.route = "m365",
                  .of_a_person = of_a_person,
                  .token_url = "https://idp.test/token",
                  .device_url = "https://idp.test/device",
                  .scope = "mail",
                  .client = {.id = "signet", .secret = Secret{"s3cret"}}},
                 {.fetch = [this](net::HttpRequest request,
                                  Deadline) { return answer(std::move(request)); },
                  .vault = vault,
                  .clock = clock,
                  .entropy = entropy,
                  .tell =
                      [this](const TokenNews& one) {
                          news.push_back((one.changed ? "now " : "still ") +
                                         (one.fault ? std::string{name(one.fault->kind)} : "ok"));
                      }}) {}

    Task<Answer> answer(net::HttpRequest request) {
        EXPECT_EQ(request.method, "POST");
        EXPECT_FALSE(request.repeatable);
        asked.push_back(request.url + " " + std::string{request.body->reveal()});
        if (answers.empty())
            co_return fail(net::HttpFault{net::HttpFault::Kind::connect, "nobody"});
        const auto next = std::move(answers.front());
        answers.pop_front();
        co_return co_await next();
    }

    void say(int status, std::string body) {
        answers.push_back([=]() -> Task<Answer> { co_return response(status, body); });
    }
    void go_down() {
        answers.push_back([]() -> Task<Answer> {
            co_return fail(net::HttpFault{net::HttpFault::Kind::connect,
                                          "https://idp.test:443 cannot be reached: refused"});
        });
    }

    // The token, or the kind of the fault.
    std::string token() {
        const auto got = net::run_task(source.token());
        return got ? std::string{got->reveal()} : std::string{name(got.error().kind)};
    }
    std::string poll() {
        const auto got = net::run_task(source.poll_login());
        if (!got) return std::string{name(got.error().kind)} + ": " + got.error().text;
        return *got ? "again in " + std::to_string((*got)->count()) + " s" : "agreed";
    }
};

TEST(TokenSource, a_token_is_asked_for_once_and_serves_everybody_until_it_is_renewed) {
    Bench bench;
    bench.say(200, grant("one"));
    bench.say(200, grant("two"));
    EXPECT_EQ(bench.token(), "one");
    EXPECT_EQ(bench.token(), "one");
    EXPECT_THAT(bench.asked,
                ElementsAre("https://idp.test/token grant_type=client_credentials&client_id=signet&"
                            "client_secret=s3cret&scope=mail"));
    bench.clock.advance(44min + 59s);
    EXPECT_EQ(bench.token(), "one");
    bench.clock.advance(1s);
    EXPECT_EQ(bench.token(), "two");
    EXPECT_THAT(bench.news, ElementsAre("now ok", "still ok"));
}

TEST(TokenSource, a_renewal_that_fails_leaves_what_is_good_in_use_until_its_end) {
    Bench bench;
    bench.say(200, grant("one"));
    EXPECT_EQ(bench.token(), "one");
    bench.clock.advance(45min);
    bench.go_down();
    EXPECT_EQ(bench.token(), "one");
    EXPECT_EQ(bench.asked.size(), 2u);
    EXPECT_EQ(bench.token(), "one");  // and nobody asks again at once
    EXPECT_EQ(bench.asked.size(), 2u);
    bench.clock.advance(14min - 1s);
    bench.go_down();
    EXPECT_EQ(bench.token(), "one");
    bench.clock.advance(10s);  // its last minute
    bench.go_down();
    EXPECT_EQ(bench.token(), "unavailable");
    bench.clock.advance(20s);
    bench.say(200, grant("two"));
    EXPECT_EQ(bench.token(), "two");
    EXPECT_THAT(bench.news, ElementsAre("now ok", "now unavailable", "still unavailable",
                                        "still unavailable", "now ok"));
}

TEST(TokenSource, behind_a_failure_the_provider_has_a_pause_that_grows) {
    Bench bench;
    std::vector<int> pauses;
    for (int i = 0; i < 9; ++i) {
        const auto before = bench.asked.size();
        EXPECT_EQ(bench.token(), "unavailable");
        EXPECT_EQ(bench.asked.size(), before + 1);
        int waited = 0;
        for (; waited < 1'000; ++waited) {
            bench.clock.advance(1s);
            EXPECT_EQ(bench.token(), "unavailable");
            if (bench.asked.size() > before + 1) break;
        }
        pauses.push_back(waited + 1);
        bench.clock.advance(TokenSource::kLongestPause);
    }
    EXPECT_EQ(pauses[0], 5);
    EXPECT_EQ(pauses[1], 20);  // the question that ended the first pause doubled it, too
    EXPECT_EQ(pauses.back(), 300);
}

TEST(TokenSource, sixteen_messages_ask_once_and_all_get_the_answer) {
    for (const bool works : {true, false}) {
        Bench bench;
        std::optional<net::Resume<std::monostate>> hold;
        bench.answers.push_back([&]() -> Task<Answer> {
            (void)co_await net::suspend<std::monostate>(
                [&](net::Resume<std::monostate> resume) { hold.emplace(std::move(resume)); });
            co_return works ? response(200, grant("one")) : response(500, "");
        });
        std::vector<std::string> got;
        std::vector<Task<void>> tasks;
        for (int i = 0; i < 16; ++i) {
            tasks.push_back([](Bench& of, std::vector<std::string>& into) -> Task<void> {
                const auto token = co_await of.source.token();
                into.push_back(token ? std::string{token->reveal()} : token.error().text);
            }(bench, got));
        }
        tasks.push_back([](std::optional<net::Resume<std::monostate>>& held) -> Task<void> {
            auto resume = std::move(*held);
            resume({});
            co_return;
        }(hold));
        net::run_tasks(std::move(tasks));
        EXPECT_EQ(bench.asked.size(), 1u);
        ASSERT_EQ(got.size(), 16u);
        for (const auto& one : got) {
            EXPECT_EQ(one, works ? "one" : "the provider answered HTTP 500");
        }
    }
}

TEST(TokenSource, a_refusal_is_kept_apart_from_an_outage_and_says_what_to_do) {
    Bench bench;
    bench.say(401, R"({"error":"invalid_client","error_description":"AADSTS7000222: expired"})");
    const auto got = net::run_task(bench.source.token());
    ASSERT_FALSE(got);
    EXPECT_EQ(got.error().kind, Kind::refused);
    EXPECT_THAT(got.error().text, HasSubstr("the client secret has ended"));
    EXPECT_THAT(got.error().text, testing::Not(HasSubstr("s3cret")));
    EXPECT_THAT(bench.news, ElementsAre("now refused"));
}

TEST(TokenSource, a_token_that_the_next_hop_refused_is_got_anew_unless_it_is_new) {
    Bench bench;
    bench.say(200, grant("one"));
    bench.say(200, grant("two"));
    EXPECT_EQ(bench.token(), "one");
    bench.source.refused();
    EXPECT_EQ(bench.token(), "one");
    bench.clock.advance(60s);
    bench.source.refused();
    EXPECT_EQ(bench.token(), "two");
    bench.source.refused();
    EXPECT_EQ(bench.token(), "two");
}

TEST(TokenSource, a_refresh_token_that_is_rotated_is_kept_before_the_token_is_used) {
    Bench bench{/*of_a_person=*/true};
    bench.vault.kept = Secret{"r1"};
    bench.say(200, grant("one", R"(,"refresh_token":"r2")"));
    EXPECT_EQ(bench.token(), "one");
    EXPECT_EQ(bench.vault.kept->reveal(), "r2");
    bench.clock.advance(50min);
    bench.say(200, grant("two"));  // none: the one before stays
    EXPECT_EQ(bench.token(), "two");
    EXPECT_EQ(bench.vault.kept->reveal(), "r2");
    EXPECT_THAT(bench.asked,
                ElementsAre(HasSubstr("refresh_token=r1&"), HasSubstr("refresh_token=r2&")));
}

TEST(TokenSource, a_refresh_token_that_cannot_be_kept_is_used_from_memory_and_told) {
    Bench bench{/*of_a_person=*/true};
    bench.vault.kept = Secret{"r1"};
    bench.answers.push_back([&]() -> Task<Answer> {
        bench.vault.broken = true;
        co_return response(200, grant("one", R"(,"refresh_token":"r2")"));
    });
    EXPECT_EQ(bench.token(), "one");
    EXPECT_THAT(bench.news, ElementsAre("now storage", "now ok"));
    bench.clock.advance(50min);
    bench.answers.push_back([&]() -> Task<Answer> {
        bench.vault.broken = false;
        co_return response(200, grant("two", R"(,"refresh_token":"r3")"));
    });
    EXPECT_EQ(bench.token(), "two");
    EXPECT_THAT(bench.asked.back(), HasSubstr("refresh_token=r2&"));
    EXPECT_EQ(bench.vault.kept->reveal(), "r3");
}

TEST(TokenSource, without_a_login_nobody_is_asked) {
    Bench bench{/*of_a_person=*/true};
    const auto got = net::run_task(bench.source.token());
    ASSERT_FALSE(got);
    EXPECT_EQ(got.error().kind, Kind::no_login);
    EXPECT_EQ(got.error().text, "nobody has agreed yet: signet route login m365");
    EXPECT_TRUE(bench.asked.empty());
    bench.clock.advance(1h);
    bench.vault.broken = true;
    EXPECT_EQ(bench.token(), "storage");
}

const std::string kDevice =
    R"({"device_code":"d","user_code":"AB-CD","verification_uri":"https://idp.test/go",)"
    R"("expires_in":900,"interval":5})";

TEST(TokenSource, a_person_agrees_once_and_mail_goes_from_then_on) {
    Bench bench{/*of_a_person=*/true};
    EXPECT_EQ(bench.poll(), "no_login: no login has been begun here");
    bench.say(200, kDevice);
    const auto login = net::run_task(bench.source.begin_login());
    ASSERT_TRUE(login);
    EXPECT_EQ(login->user_code, "AB-CD");
    bench.say(400, R"({"error":"authorization_pending"})");
    EXPECT_EQ(bench.poll(), "again in 5 s");
    bench.say(400, R"({"error":"slow_down"})");
    EXPECT_EQ(bench.poll(), "again in 10 s");
    bench.go_down();
    EXPECT_EQ(bench.poll(), "again in 10 s");
    bench.say(200, grant("one", R"(,"refresh_token":"r1")"));
    EXPECT_EQ(bench.poll(), "agreed");
    EXPECT_EQ(bench.vault.kept->reveal(), "r1");
    EXPECT_EQ(bench.token(), "one");
    EXPECT_EQ(bench.poll(), "no_login: no login has been begun here");
    EXPECT_EQ(bench.asked[0],
              "https://idp.test/device client_id=signet&client_secret=s3cret&scope=mail");
    EXPECT_THAT(bench.asked[1], HasSubstr("device_code=d&"));
}

TEST(TokenSource, a_login_that_comes_to_nothing_says_why) {
    struct Case {
        std::string body;
        std::string says;
    };
    for (const auto& [body, says] : std::vector<Case>{
             {R"({"error":"access_denied"})", "refused: the provider refused with access_denied"},
             {R"({"error":"expired_token"})", "refused: the provider refused with expired_token"},
             {grant("one"), "refused: the provider gave a token but no refresh token"},
         }) {
        Bench bench{/*of_a_person=*/true};
        bench.say(200, kDevice);
        EXPECT_TRUE(net::run_task(bench.source.begin_login()));
        bench.say(body.contains("error") ? 400 : 200, body);
        EXPECT_THAT(bench.poll(), HasSubstr(says));
        EXPECT_EQ(bench.poll(), "no_login: no login has been begun here");
        EXPECT_FALSE(bench.vault.kept);
    }
    Bench late{/*of_a_person=*/true};
    late.say(200, kDevice);
    EXPECT_TRUE(net::run_task(late.source.begin_login()));
    late.clock.advance(15min);
    EXPECT_EQ(late.poll(), "refused: nobody has agreed in time: begin again");
}

TEST(TokenSource, a_login_that_no_mail_uses_is_kept_alive) {
    Bench bench{/*of_a_person=*/true};
    bench.vault.kept = Secret{"r1"};
    bench.say(200, grant("one", R"(,"refresh_token":"r2")"));
    net::run_task(bench.source.tend());
    EXPECT_EQ(bench.vault.kept->reveal(), "r2");
    bench.clock.advance(23h);
    net::run_task(bench.source.tend());
    EXPECT_EQ(bench.asked.size(), 1u);
    bench.clock.advance(1h);
    bench.say(200, grant("two", R"(,"refresh_token":"r3")"));
    net::run_task(bench.source.tend());
    EXPECT_EQ(bench.vault.kept->reveal(), "r3");
    Bench by_itself;
    net::run_task(by_itself.source.tend());
    EXPECT_TRUE(by_itself.asked.empty());
}

}  // namespace
}  // namespace signet::relay
