#include "authn/introspector.h"

#include "authn/token_world.h"

#include <gtest/gtest.h>

namespace signet::authn {
namespace {

using namespace std::chrono_literals;
using oauth::TokenFaultKind;

constexpr std::string_view kGood =
    R"({"active":true,"sub":"ann@example.com","aud":"smtp.example.com","scope":"mail.send"})";

// Lets everybody go on who can.
Task<void> others() {
    co_await net::suspend_until_woken([](net::Wakeup wakeup) { wakeup(); });
}

class IntrospectorTest : public testing::Test {
public:  // the coroutines below are no members
    TokenWorld world_;
    std::vector<bool> answered_;
    Introspector introspector_{
        {Secret::copy_of("Basic eA=="), 60s},
        world_.web.fetch(),
        world_.clock,
        world_.entropy,
        [this](bool answered, std::chrono::duration<double>) { answered_.push_back(answered); }};
    oauth::IssuerRules rules_{.url = std::string{TokenWorld::kUrl},
                              .audience = {"smtp.example.com"},
                              .algorithms = {},
                              .required_scope = {"mail.send"}};

    Task<Result<Introspected, std::string>> asking(std::string token) {
        const auto secret = Secret{std::move(token)};
        co_return co_await introspector_.ask(std::string{TokenWorld::kIntrospection}, secret,
                                             rules_);
    }
    // "ok ann@example.com", a fault's word, or the sentence why nobody can say.
    std::string ask(const std::string& token = "opaque") {
        const auto answer = net::run_task(asking(token));
        if (!answer) return answer.error();
        return *answer ? "ok " + (*answer)->account : std::string{name(answer->error().kind)};
    }
    std::size_t asked() const { return world_.web.asked.size(); }
};

TEST_F(IntrospectorTest, the_question_is_posted_by_a_client_that_says_who_it_is) {
    world_.say(std::string{kGood});
    EXPECT_EQ(ask("a+b"), "ok ann@example.com");
    EXPECT_EQ(world_.web.forms,
              std::vector<std::string>{"token=a%2Bb&token_type_hint=access_token"});
    EXPECT_EQ(world_.web.authorized, std::vector<std::string>{"Basic eA=="});
    EXPECT_EQ(answered_, std::vector{true});
}

TEST_F(IntrospectorTest, an_answer_is_remembered_for_its_life_and_a_token_for_no_longer) {
    world_.say(std::string{kGood});
    ask();
    world_.say(R"({"active":false})");
    world_.advance(59s);
    EXPECT_EQ(ask(), "ok ann@example.com");
    EXPECT_EQ(asked(), 1u);
    EXPECT_EQ(ask("another"), "token_revoked");
    world_.advance(1s);
    EXPECT_EQ(ask(), "token_revoked");
    EXPECT_EQ(asked(), 3u);
    EXPECT_EQ(ask(), "token_revoked");
    EXPECT_EQ(asked(), 3u);  // that it is not, too
}

TEST_F(IntrospectorTest, security_14_a_remembered_answer_ends_with_its_token) {
    const auto now =
        std::chrono::duration_cast<std::chrono::seconds>(world_.clock.wall().time_since_epoch());
    rules_.clock_skew = 0s;
    world_.say(R"({"active":true,"sub":"ann@example.com","aud":"smtp.example.com",)"
               R"("scope":"mail.send","exp":)" +
               std::to_string(now.count() + 10) + "}");
    EXPECT_EQ(ask(), "ok ann@example.com");
    world_.advance(9s);
    EXPECT_EQ(ask(), "ok ann@example.com");
    EXPECT_EQ(asked(), 1u);
    world_.advance(1s);
    EXPECT_EQ(ask(), "token_expired");
    EXPECT_EQ(asked(), 2u);
}

// 401 is about us (RFC 7662 §2.3), and says nothing about a token.
TEST_F(IntrospectorTest, an_issuer_that_does_not_answer_says_nothing_of_the_token) {
    const TestWeb::Page answers[] = {
        {401, R"({"error":"invalid_client"})"}, {500, ""}, {302, ""}, {200, "<html>"}, {200, "{}"},
        {200, R"({"active":"true"})"},          {204, ""}};
    for (const auto& [status, body] : answers) {
        world_.say(body, status);
        const auto why = ask();
        EXPECT_TRUE(why.starts_with("https://login.example/introspect")) << why;
        EXPECT_FALSE(answered_.back());
        world_.advance(Introspector::kPause);
    }
    world_.web.down = "Nobody answers there.";
    EXPECT_EQ(ask(), "Nobody answers there.");
    const auto before = asked();
    EXPECT_EQ(ask("another"), "Nobody answers there.");  // and is not asked at once again
    EXPECT_EQ(asked(), before);
    world_.web.down.clear();
    world_.say(std::string{kGood});
    world_.advance(Introspector::kPause);
    EXPECT_EQ(ask(), "ok ann@example.com");
}

TEST_F(IntrospectorTest, one_question_a_token_and_a_few_in_all) {
    world_.say(std::string{kGood});
    world_.web.held = true;
    std::vector<std::string> outcomes;
    std::vector<Task<void>> tasks;
    const auto run = [](IntrospectorTest& test, std::string token,
                        std::vector<std::string>& out) -> Task<void> {
        const auto answer = co_await test.asking(std::move(token));
        out.push_back(answer ? "answer" : answer.error());
    };
    for (unsigned i = 0; i < 50; ++i) tasks.push_back(run(*this, "same", outcomes));
    for (unsigned i = 0; i < 100; ++i) tasks.push_back(run(*this, std::to_string(i), outcomes));
    tasks.push_back([](IntrospectorTest& test) -> Task<void> {
        for (int i = 0; i < 10; ++i) co_await others();
        EXPECT_EQ(test.asked(), Introspector::kOpen);
        test.world_.web.release();
        co_return;
    }(*this));
    net::run_tasks(std::move(tasks));
    EXPECT_EQ(outcomes, std::vector<std::string>(150, "answer"));
    EXPECT_EQ(asked(), 101u);
}

TEST_F(IntrospectorTest, no_more_wait_than_may) {
    world_.say(std::string{kGood});
    world_.web.held = true;
    std::size_t answers = 0, refused = 0;
    std::vector<Task<void>> tasks;
    for (unsigned i = 0; i < Introspector::kWaiting + 20; ++i) {
        tasks.push_back([](IntrospectorTest& test, std::string token, std::size_t& good,
                           std::size_t& bad) -> Task<void> {
            ++(co_await test.asking(std::move(token)) ? good : bad);
        }(*this, std::to_string(i), answers, refused));
    }
    tasks.push_back([](IntrospectorTest& test) -> Task<void> {
        test.world_.web.release();
        co_return;
    }(*this));
    net::run_tasks(std::move(tasks));
    EXPECT_EQ(answers, Introspector::kWaiting);
    EXPECT_EQ(refused, 20u);
}

TEST_F(IntrospectorTest, with_a_life_of_nothing_each_sign_in_asks) {
    Introspector forgetful{{Secret::copy_of("Basic eA=="), 0s},
                           world_.web.fetch(),
                           world_.clock,
                           world_.entropy,
                           [](bool, std::chrono::duration<double>) {}};
    world_.say(std::string{kGood});
    const auto token = Secret::copy_of("opaque");
    for (int i = 0; i < 3; ++i) {
        EXPECT_TRUE(
            net::run_task(forgetful.ask(std::string{TokenWorld::kIntrospection}, token, rules_)));
    }
    EXPECT_EQ(asked(), 3u);
}

}  // namespace
}  // namespace signet::authn
