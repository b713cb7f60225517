#include "authn/issuer_keys.h"

#include "authn/token_world.h"
#include "net/together.h"

#include <gtest/gtest.h>

namespace signet::authn {
namespace {

using namespace std::chrono_literals;

class IssuerKeysTest : public testing::Test {
public:  // the coroutines below are no members
    TokenWorld world_;
    const std::string metadata_{TokenWorld::kMetadata}, keys_url_{TokenWorld::kKeys};
    IssuerKeys keys_{{.issuer = std::string{TokenWorld::kUrl}, .refresh = 900s, .life = 3'600s},
                     world_.web.fetch(),
                     world_.clock,
                     [this](const KnownPtr&, const std::string& why) { news_.push_back(why); }};
    std::vector<std::string> news_;

    KnownPtr known() { return net::run_task(keys_.known()); }
};

TEST_F(IssuerKeysTest, keys_are_where_the_metadata_says) {
    const auto found = known();
    ASSERT_TRUE(found);
    EXPECT_EQ(found->keys.keys.size(), 1u);
    EXPECT_EQ(found->metadata.introspection_endpoint, TokenWorld::kIntrospection);
    EXPECT_EQ(world_.web.asked, (std::vector{metadata_, keys_url_}));
    EXPECT_EQ(news_, std::vector<std::string>{""});
    EXPECT_EQ(known(), found);
    EXPECT_EQ(world_.web.asked.size(), 2u);  // not asked again
}

TEST_F(IssuerKeysTest, metadata_may_be_at_the_place_of_rfc_8414) {
    const std::string other = "https://login.example/.well-known/oauth-authorization-server";
    world_.web.pages[other] = world_.web.pages[metadata_];
    world_.web.pages.erase(metadata_);
    EXPECT_TRUE(known());
    EXPECT_EQ(world_.web.asked, (std::vector{metadata_, other, keys_url_}));
}

TEST_F(IssuerKeysTest, keys_with_an_address_of_their_own_need_no_metadata) {
    IssuerKeys fixed{{.issuer = std::string{TokenWorld::kUrl}, .jwks_url = keys_url_},
                     world_.web.fetch(),
                     world_.clock,
                     [](const KnownPtr&, const std::string&) {}};
    EXPECT_TRUE(net::run_task(fixed.known()));
    EXPECT_EQ(world_.web.asked, std::vector{keys_url_});
}

TEST_F(IssuerKeysTest, one_that_can_be_asked_about_tokens_may_do_without) {
    world_.web.pages[metadata_].body =
        R"({"issuer":"https://login.example","introspection_endpoint":"https://login.example/i"})";
    EXPECT_FALSE(known());
    IssuerKeys asked{{.issuer = std::string{TokenWorld::kUrl}, .keys = false},
                     world_.web.fetch(),
                     world_.clock,
                     [](const KnownPtr&, const std::string&) {}};
    const auto found = net::run_task(asked.known());
    ASSERT_TRUE(found);
    EXPECT_EQ(found->metadata.introspection_endpoint, "https://login.example/i");
}

TEST_F(IssuerKeysTest, security_15_what_is_wrong_is_said_and_brings_nothing) {
    struct Case {
        std::string what, url, body, why;
        int status = 200;
    };
    const Case cases[] = {
        {"another issuer", metadata_, R"({"issuer":"https://evil.example","jwks_uri":"https://x"})",
         "calls itself"},
        {"keys elsewhere in the clear", metadata_,
         R"({"issuer":"https://login.example","jwks_uri":"http://169.254.169.254/keys"})", "https"},
        {"no keys at all", metadata_, R"({"issuer":"https://login.example"})", "jwks_uri"},
        {"a page for people", metadata_, "<html>", "JSON"},
        {"metadata too large", metadata_, std::string(oauth::kMetadataOctets + 1, ' '),
         "too large"},
        {"keys too large", keys_url_, std::string(10u << 20, ' '), "too large"},
        {"no key that verifies", keys_url_, R"({"keys":[{"kty":"oct","k":"AA"}]})", "no key"},
        {"an error", keys_url_, "{}", "500", 500},
        {"no key set", keys_url_, "[]", "keys"},
    };
    for (const auto& [what, url, body, why, status] : cases) {
        const auto before = world_.web.pages[url];
        world_.web.pages[url] = {status, body};
        world_.advance(IssuerKeys::kPause);
        EXPECT_FALSE(known()) << what;
        EXPECT_TRUE(news_.back().contains(why)) << what << ": " << news_.back();
        EXPECT_TRUE(news_.back().ends_with(".")) << news_.back();
        world_.web.pages[url] = before;
    }
    world_.advance(IssuerKeys::kPause);
    EXPECT_TRUE(known());
}

TEST_F(IssuerKeysTest, keys_go_on_while_their_issuer_is_down_and_not_for_ever) {
    const auto first = known();
    world_.web.down = "Nobody answers there.";
    world_.advance(3'599s);
    net::run_task(keys_.refresh_if_due());
    EXPECT_EQ(keys_.state().trouble, "Nobody answers there.");
    EXPECT_EQ(known(), first);
    world_.advance(1s);
    EXPECT_EQ(known(), nullptr);
    world_.web.down.clear();
    world_.advance(IssuerKeys::kPause);
    EXPECT_TRUE(known());
}

TEST_F(IssuerKeysTest, they_are_fetched_anew_before_anybody_waits_for_it) {
    const auto first = known();
    world_.advance(899s);
    net::run_task(keys_.refresh_if_due());
    EXPECT_EQ(world_.web.count(keys_url_), 1u);
    world_.advance(1s);
    net::run_task(keys_.refresh_if_due());
    EXPECT_EQ(world_.web.count(keys_url_), 2u);
    EXPECT_NE(known(), first);
}

TEST_F(IssuerKeysTest, newer_ones_are_looked_for_once_in_a_while) {
    const auto first = known();
    EXPECT_EQ(net::run_task(keys_.newer_than(first)), first);  // they came a moment ago
    EXPECT_EQ(world_.web.count(keys_url_), 1u);
    world_.advance(IssuerKeys::kPause);
    const auto second = net::run_task(keys_.newer_than(first));
    EXPECT_TRUE(second && second != first);
    EXPECT_EQ(net::run_task(keys_.newer_than(first)), second);
    EXPECT_EQ(world_.web.count(keys_url_), 2u);
    world_.advance(IssuerKeys::kPause);
    world_.web.down = "Nobody answers there.";
    EXPECT_EQ(net::run_task(keys_.newer_than(second)), nullptr);  // nobody can say
    EXPECT_EQ(known(), second);
}

TEST_F(IssuerKeysTest, what_is_known_outlives_new_settings) {
    const auto first = known();
    IssuerKeys next{keys_.options(), world_.web.fetch(), world_.clock,
                    [](const KnownPtr&, const std::string&) {}};
    next.adopt(keys_);
    EXPECT_EQ(net::run_task(next.known()), first);
    EXPECT_EQ(world_.web.count(keys_url_), 1u);
}

TEST_F(IssuerKeysTest, who_comes_together_waits_for_one_answer) {
    world_.web.held = true;
    std::vector<Task<void>> tasks;
    int found = 0;
    for (int i = 0; i < 100; ++i) {
        tasks.push_back([](IssuerKeysTest& test, int& count) -> Task<void> {
            if (co_await test.keys_.known()) ++count;
        }(*this, found));
    }
    tasks.push_back([](IssuerKeysTest& test) -> Task<void> {
        test.world_.web.release();
        co_return;
    }(*this));
    net::run_tasks(std::move(tasks));
    EXPECT_EQ(found, 100);
    EXPECT_EQ(world_.web.asked.size(), 2u);
}

}  // namespace
}  // namespace signet::authn
