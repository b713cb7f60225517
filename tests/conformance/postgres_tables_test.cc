// Signet's own tables in a PostgreSQL database.
#include "conformance/postgres_suite.h"
#include "store/postgres_connection.h"
#include "store/postgres_schema.h"

#include <boost/asio/this_coro.hpp>

namespace signet::conformance {
namespace {

using namespace std::chrono_literals;
using store::PostgresAccounts;
using testing::HasSubstr;

class PostgresTables : public PostgresSuite {
protected:
    void SetUp() override {
        PostgresSuite::SetUp();
        if (IsSkipped()) return;
        accounts_.emplace(options({}), clock_);
    }
    // How often it is said that accounts have changed: the answer to what is asked after the change
    // comes behind what was said of it.
    Task<int> notices_of(std::string change) {
        const auto deadline = Deadline::at(std::chrono::steady_clock::now() + 30s);
        const auto server = postgres_->server(database_);
        auto listener = co_await store::PostgresConnection::open(
            co_await boost::asio::this_coro::executor, server, 0, deadline, nullptr);
        if (!listener) co_return -1;
        const std::string channel{store::kPostgresChannel};
        if (!co_await listener->run("LISTEN " + channel, {}, deadline)) co_return -1;
        run({std::move(change)});
        if (!co_await listener->run("SELECT 1", {}, deadline)) co_return -1;
        const auto now = Deadline::at(std::chrono::steady_clock::now());
        int notices = 0;
        while (std::holds_alternative<store::PostgresNotice>(co_await listener->hear(now))) {
            ++notices;
        }
        co_return notices;
    }
    identity::Account ann() { return net::run_task(accounts_->find("ann")).value().value(); }

    const std::string verifier_ =
        "SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:"
        "wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=";
    std::optional<PostgresAccounts> accounts_;
};

TEST_F(PostgresTables, are_made_once_whoever_begins) {
    EXPECT_EQ(found(*accounts_, "ann"), "unavailable");
    std::vector<Task<void>> tasks;
    int made = 0;
    const auto migrate = [&]() -> Task<void> {
        made += (co_await accounts_->migrate()).has_value();
    };
    for (int i = 0; i < 4; ++i) tasks.push_back(migrate());
    net::run_tasks(std::move(tasks));
    EXPECT_EQ(made, 4);
    const auto versions =
        postgres_->sql(database_, {"SELECT version FROM signet.migrations ORDER BY 1"});
    EXPECT_EQ(versions->rows.size(), store::postgres_steps().size());
    EXPECT_EQ(found(*accounts_, "ann"), "nobody");
    PostgresAccounts query{options(kQuery), clock_};
    EXPECT_THAT(net::run_task(query.migrate()).error(), HasSubstr("a query of yours"));
}

TEST_F(PostgresTables, hold_accounts_and_nothing_that_is_none) {
    ASSERT_TRUE(net::run_task(accounts_->migrate()));
    run(
        {"INSERT INTO signet.accounts (name, password, verifiers, send_as, groups, allow_nets, "
         "messages_per_hour, message_size) VALUES ('ann', '{PLAIN}pencil', ARRAY['" +
         verifier_ +
         "'], '{info@example.com,*@shop.example}', '{staff}', '{192.0.2.0/24}', 500, 1048576)"});
    const auto account = ann();
    EXPECT_EQ(account.send_as.size(), 2u);
    EXPECT_EQ(account.groups, std::vector<std::string>{"staff"});
    EXPECT_EQ(account.limits.messages, (Rate{500, 1h}));
    ASSERT_EQ(account.credentials.size(), 1u);
    EXPECT_EQ(account.credentials[0].verifiers, std::vector{verifier_});
    EXPECT_EQ(account.credentials[0].policy.networks.size(), 1u);
    for (const std::string wrong :
         {"name) VALUES ('Ann')", "name) VALUES ('a b')", "name) VALUES ('.a')",
          "name, password) VALUES ('b', '{SCRAM-SHA-256}4096,a,b,c')",
          "name, verifiers) VALUES ('b', '{nonsense}')", "name, verifiers) VALUES ('b', '{NULL}')",
          "name, messages_per_hour) VALUES ('b', -1)"}) {
        EXPECT_FALSE(postgres_->sql(database_, {"INSERT INTO signet.accounts (" + wrong})) << wrong;
    }
}

TEST_F(PostgresTables, say_when_they_change) {
    ASSERT_TRUE(net::run_task(accounts_->migrate()));
    run({"INSERT INTO signet.accounts (name, password) VALUES ('ann', '{PLAIN}pencil')"});
    wait_until([&] { return accounts_->generation() > 0; });
    const auto first = ann();
    for (const std::string change :
         {"UPDATE signet.accounts SET enabled = false", "UPDATE signet.accounts SET password = 'x'",
          "DELETE FROM signet.accounts", "INSERT INTO signet.accounts (name) VALUES ('ann')"}) {
        const auto before = accounts_->generation();
        run({change});
        wait_until([&] { return accounts_->generation() > before; });
    }
    EXPECT_GT(ann().revision, first.revision);
}

TEST_F(PostgresTables, say_nothing_when_signet_keeps_a_password_in_another_form) {
    ASSERT_TRUE(net::run_task(accounts_->migrate()));
    run({"INSERT INTO signet.accounts (name, password) VALUES ('ann', '{PLAIN}pencil')"});
    const auto notices = [&](const std::string& sql) { return net::run_task(notices_of(sql)); };
    EXPECT_EQ(notices("UPDATE signet.accounts SET password = '{PLAIN}new'"), 1);
    EXPECT_EQ(notices("UPDATE signet.accounts SET password = 'x', renewed = renewed + 1"), 0);
    EXPECT_EQ(notices("UPDATE signet.accounts SET enabled = false WHERE name = 'nobody'"), 0);
    EXPECT_EQ(notices("TRUNCATE signet.accounts"), 1);
}

TEST_F(PostgresTables, keep_a_password_in_another_form_without_anybody_noticing) {
    ASSERT_TRUE(net::run_task(accounts_->migrate()));
    run({"INSERT INTO signet.accounts (name, password) VALUES ('ann', '{PLAIN}pencil')"});
    auto account = ann();
    account.password().secret = "$argon2id$v=19$m=64,t=1,p=1$c2FsdHNhbHQ$aGFzaA";
    account.password().verifiers = {verifier_};
    ASSERT_TRUE(net::run_task(accounts_->renew_credentials(account)));
    auto now = ann();
    EXPECT_EQ(now.revision, account.revision);
    EXPECT_EQ(now.password_hash(), account.password_hash());
    EXPECT_EQ(now.password().verifiers, account.password().verifiers);
    run({"UPDATE signet.accounts SET groups = '{staff}'"});
    const auto late = net::run_task(accounts_->renew_credentials(account));
    ASSERT_FALSE(late);
    EXPECT_EQ(late.error(), StoreFault::conflict);
}

TEST_F(PostgresTables, may_be_read_by_a_role_that_writes_nothing) {
    ASSERT_TRUE(net::run_task(accounts_->migrate()));
    const auto role = "reader" + database_;
    run({"CREATE ROLE " + role + " LOGIN", "GRANT USAGE ON SCHEMA signet TO " + role,
         "GRANT SELECT ON signet.accounts TO " + role,
         "INSERT INTO signet.accounts (name, password) VALUES ('ann', '{PLAIN}pencil')"});
    auto reader = options({});
    reader.server.user = role;
    PostgresAccounts accounts{reader, clock_};
    EXPECT_EQ(found(accounts, "ann"), "ann");
    EXPECT_EQ(net::run_task(accounts.renew_credentials(ann())).error(), StoreFault::unavailable);
    EXPECT_EQ(net::run_task(accounts.renew_credentials(ann())).error(), StoreFault::conflict);
    EXPECT_EQ(found(accounts, "ann"), "ann");
    // The rights that the page names.
    run({"GRANT UPDATE (password, verifiers, renewed) ON signet.accounts TO " + role});
    PostgresAccounts keeper{reader, clock_};
    EXPECT_TRUE(net::run_task(keeper.renew_credentials(ann())));
}

TEST_F(PostgresTables, are_counted) {
    ASSERT_TRUE(net::run_task(accounts_->migrate()));
    run(
        {"INSERT INTO signet.accounts (name, password, verifiers, enabled) VALUES "
         "('ann', 'x', ARRAY['" +
         verifier_ +
         "'], true), ('bob', 'x', '{}', true), ('off', 'x', '{}', false), "
         "('none', NULL, '{}', true)"});
    PostgresAccounts fresh{options({}), clock_};
    const auto census = net::run_task(fresh.census()).value();
    const auto& counted = census.at(sasl::ProofKind::scram_sha256);
    EXPECT_EQ(counted.without, 1u);
    EXPECT_EQ(counted.by_iterations, (std::map<unsigned, std::uint64_t>{{4'096, 1}}));
    EXPECT_EQ(census.at(sasl::ProofKind::scram_sha512).without, 2u);
    EXPECT_GT(census.at(sasl::ProofKind::cram_md5).without, 0u);
}

}  // namespace
}  // namespace signet::conformance
