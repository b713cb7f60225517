#include "app/issuers.h"

#include "app/files.h"
#include "net/run_task.h"
#include "oauth/test_issuer.h"
#include "store/memory_audit.h"
#include "store/temporary_folder.h"

#include <gtest/gtest.h>

namespace signet::app {
namespace {

class IssuersTest : public testing::Test {
protected:
    settings::Snapshot settings_;
    Ground ground_{settings_};
    store::MemoryAudit audit_;
    store::TemporaryFolder folder_;

    settings::IssuerSettings& add(std::string name, std::string url) {
        auto& issuer = settings_.issuers.emplace_back();
        issuer.name = std::move(name);
        issuer.url = std::move(url);
        issuer.audience = {"smtp.example.com"};
        return issuer;
    }
    Result<IssuersPtr, StartFault> make(const authn::Issuers& running = {}) {
        return make_issuers(settings_, running, ground_, audit_);
    }
};

TEST_F(IssuersTest, the_settings_become_rules) {
    auto& issuer = add("company", "https://login.example.com");
    issuer.algorithms = {"ES256", "EdDSA"};
    issuer.required_scope = {"mail.send"};
    issuer.clients = {"web"};
    issuer.account = {"upn", "corp.example", "example.com"};
    issuer.plain_jwt = true;
    issuer.clock_skew = std::chrono::seconds{7};
    const auto made = make();
    ASSERT_TRUE(made);
    const auto& rules = made.value()->at(0)->rules;
    EXPECT_EQ(rules.url, "https://login.example.com");
    EXPECT_EQ(rules.audience, std::vector<std::string>{"smtp.example.com"});
    EXPECT_EQ(rules.algorithms,
              (std::vector{crypto::SignatureAlgorithm::es256, crypto::SignatureAlgorithm::eddsa}));
    EXPECT_EQ(rules.required_scope, std::vector<std::string>{"mail.send"});
    EXPECT_EQ(rules.clients, std::vector<std::string>{"web"});
    EXPECT_EQ(rules.account.claim, "upn");
    EXPECT_EQ(rules.account.strip_domain, "corp.example");
    EXPECT_EQ(rules.account.append_domain, "example.com");
    EXPECT_TRUE(rules.plain_jwt);
    EXPECT_EQ(rules.clock_skew, std::chrono::seconds{7});
    EXPECT_EQ(made.value()->at(0)->ask, authn::Issuer::Ask::never);
}

TEST_F(IssuersTest, secrets_and_authorities_that_cannot_be_read_are_named) {
    auto& issuer = add("company", "https://login.example.com");
    issuer.introspection.client_id = "signet";
    issuer.introspection.client_secret.file = "/nowhere/secret";
    issuer.introspection.when = "always";
    const auto refused = make();
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().exit, 78);
    EXPECT_TRUE(refused.error().sentence.starts_with("issuer company: "))
        << refused.error().sentence;
    EXPECT_TRUE(refused.error().sentence.contains("/nowhere/secret"));

    const auto path = folder_ / "secret";
    ASSERT_TRUE(write_file(path, "s3cret\n", 0600));
    settings_.issuers[0].introspection.client_secret.file = path;
    const auto made = make();
    ASSERT_TRUE(made) << made.error().sentence;
    EXPECT_EQ(made.value()->at(0)->ask, authn::Issuer::Ask::always);
    EXPECT_TRUE(made.value()->at(0)->introspector);

    settings_.issuers[0].reach.ca = "/nowhere/ca.pem";
    EXPECT_FALSE(make());
}

// A reload is no reason to forget keys, and new places for them are.
TEST_F(IssuersTest, keys_go_on_where_the_issuer_is_the_same) {
    add("company", "https://login.example.com");
    const auto made = make();
    ASSERT_TRUE(made);
    auto running = std::make_shared<authn::Issuer>(*made.value()->at(0));
    const oauth::TestKey key{crypto::SignatureAlgorithm::es256};
    running->keys = std::make_shared<authn::IssuerKeys>(
        authn::IssuerKeys::Options{.issuer = running->rules.url, .jwks_url = "https://k.example"},
        [&](authn::Question, Deadline) -> Task<Result<authn::Fetched, std::string>> {
            co_return authn::Fetched{200, oauth::key_set({key.jwk("k")})};
        },
        ground_.clock, [](const authn::KnownPtr&, const std::string&) {});
    const auto known = net::run_task(running->keys->known());
    ASSERT_TRUE(known);

    EXPECT_FALSE(make({running}).value()->at(0)->keys->state().known);
    settings_.issuers[0].keys.url = "https://k.example";
    settings_.issuers[0].name = "renamed";
    EXPECT_EQ(make({running}).value()->at(0)->keys->state().known, known);
    settings_.issuers[0].url = "https://other.example.com";
    EXPECT_FALSE(make({running}).value()->at(0)->keys->state().known);
}

// By the client that really asks; nothing leaves the machine, for it is not asked at all.
TEST_F(IssuersTest, security_15_an_issuer_inside_is_only_asked_if_the_settings_say_so) {
    for (const auto* url : {"https://127.0.0.1:1", "https://10.0.0.1", "https://169.254.169.254",
                            "https://[::1]:1", "https://[::ffff:127.0.0.1]:1"}) {
        settings_.issuers.clear();
        add("inside", url);
        const auto made = make();
        ASSERT_TRUE(made);
        const auto& keys = *made.value()->at(0)->keys;
        net::run_task(made.value()->at(0)->keys->refresh_if_due());
        EXPECT_TRUE(keys.state().trouble.contains("private"))
            << url << ": " << keys.state().trouble;
        EXPECT_EQ(audit_.events().back().event, "issuer.down");
    }
}

TEST_F(IssuersTest, what_is_counted_stands_at_nothing_first) {
    add("company", "https://login.example.com");
    prepare_token_metrics(ground_.metrics, *make().value());
    count_token(ground_.metrics, "", "token_unknown_issuer");
    const auto text = ground_.metrics.text(observe::Exposition::text);
    for (
        const auto* line :
        {R"(signet_oauth_token_validations_total{issuer="company",result="ok"} 0)",
         R"(signet_oauth_token_validations_total{issuer="unknown",result="token_unknown_issuer"} 1)",
         R"(signet_oauth_jwks_refreshes_total{issuer="company",result="failed"} 0)"}) {
        EXPECT_TRUE(text.contains(line)) << line;
    }
}

}  // namespace
}  // namespace signet::app
