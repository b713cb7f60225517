// What may go wrong with a PostgreSQL database, and what else only it can do; the rest is in
// credentials_test.cc.
#include "conformance/postgres_suite.h"
#include "net/test_ca.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/stat.h>

namespace signet::conformance {
namespace {

using namespace std::chrono_literals;
using store::PostgresAccounts;
using testing::HasSubstr;
using testing::Not;

TEST_F(PostgresSuite, what_is_wrong_with_a_query_is_said) {
    const auto unavailable = [&](const std::string& query, const std::string& why) {
        const auto told = tried(query);
        EXPECT_THAT(told, testing::StartsWith("unavailable\n"));
        EXPECT_THAT(told, HasSubstr(why)) << query;
        EXPECT_EQ(found(query, "ann@example.com"), "unavailable") << query;
    };
    unavailable("SELECT hash AS password FROM nothing WHERE login = $1",
                "relation \"nothing\" does not exist (SQLSTATE 42P01)");
    unavailable("SELECT secret AS password FROM people WHERE login = $1",
                "column \"secret\" does not exist");
    unavailable("SELECT hash AS passwd FROM people WHERE login = $1",
                "the query gives a column `passwd`, which means nothing here");
    unavailable("SELECT login AS name FROM people WHERE login = $1",
                "the query gives no column `password`");
    unavailable("SELECT raw AS password FROM people WHERE login = $1",
                "the column `password` of the query is bytea, not text");
    unavailable("SELECT hash AS password, login AS password FROM people WHERE login = $1",
                "the query gives the column `password` twice");
    unavailable("SELECT hash AS password FROM people", "the query does not ask for the login");
    unavailable("SELECT hash AS password FROM people WHERE login = $4 || $1 || $2 || $3",
                "the query has more than $1, $2 and $3");
    unavailable("SELECT hash AS password FROM people WHERE login = $2",
                "could not determine data type of parameter $1");
    unavailable("SELEC hash", "syntax error");
    unavailable("SELECT 1 WHERE true = $1; DELETE FROM people", "syntax error");
    unavailable("DELETE FROM people WHERE login = $1 RETURNING hash AS password", "syntax error");
}

TEST_F(PostgresSuite, nothing_is_written_by_a_query) {
    run(
        {"CREATE FUNCTION spoil(text) RETURNS text LANGUAGE sql AS "
         "'DELETE FROM people RETURNING hash'"});
    EXPECT_THAT(tried("SELECT spoil($1) AS password"), HasSubstr("read-only transaction"));
    EXPECT_EQ(found(kQuery, "ann@example.com"), "ann@example.com");
}

TEST_F(PostgresSuite, what_keeps_signet_out_is_said) {
    auto wrong = options(kQuery);
    wrong.server.database = "none";
    EXPECT_THAT(tried(wrong), HasSubstr("database \"none\" does not exist"));
    wrong = options(kQuery);
    wrong.server.user = "stranger";
    EXPECT_THAT(tried(wrong), HasSubstr("role \"stranger\" does not exist"));
    wrong = options(kQuery);
    wrong.server.hosts = {{"127.0.0.1", 1}};
    EXPECT_THAT(tried(wrong), HasSubstr("Connection refused"));
    wrong = options(kQuery);
    wrong.server.hosts = {{"nobody.invalid", 5'432}};
    EXPECT_THAT(tried(wrong), HasSubstr("nobody.invalid: no such host"));
    wrong = options(kQuery);
    wrong.server.session = "standby";
    EXPECT_THAT(tried(wrong), HasSubstr("server is not in hot standby mode"));
    wrong = options(kQuery);
    wrong.server.password = []() -> Result<Secret, std::string> {
        return fail(std::string{"/etc/signet/db-password: no such file"});
    };
    EXPECT_THAT(tried(wrong), HasSubstr("/etc/signet/db-password: no such file"));
    wrong = options(kQuery);
    wrong.server.hosts = {{"127.0.0.1", postgres_->port()}};
    EXPECT_THAT(tried(wrong), HasSubstr("server does not support SSL, but SSL was required"));

    run({"CREATE ROLE poor" + database_ + " LOGIN"});
    auto poor = options(kQuery);
    poor.server.user = "poor" + database_;
    EXPECT_THAT(tried(poor), HasSubstr("permission denied for table people (SQLSTATE 42501)"));
    run({"GRANT SELECT ON people TO poor" + database_,
         "ALTER ROLE poor" + database_ + " CONNECTION LIMIT 1"});
    PostgresAccounts held{poor, clock_};
    EXPECT_EQ(found(held, "ann@example.com"), "ann@example.com");
    EXPECT_THAT(tried(poor), HasSubstr("too many connections for role"));
}

TEST_F(PostgresSuite, the_next_host_is_taken_when_one_does_not_answer) {
    auto several = options(kQuery);
    several.server.hosts = {
        {"nobody.invalid", 5'432}, {"127.0.0.1", 1}, {"localhost", postgres_->port()}};
    several.server.tls = store::PostgresTls::none;
    several.server.session = "read-write";
    const auto told = tried(several);
    EXPECT_THAT(told, HasSubstr("Connection refused"));
    EXPECT_THAT(told, HasSubstr("connected to localhost:"));
    EXPECT_THAT(told, HasSubstr("it finds 1 row"));
    several.server.session = "prefer-standby";
    EXPECT_THAT(tried(several), HasSubstr("it finds 1 row"));
}

TEST_F(PostgresSuite, a_value_that_is_none_is_a_fault_of_that_login_alone) {
    const std::string by_number = "SELECT hash AS password FROM people WHERE id = $1::int";
    PostgresAccounts accounts{options(by_number), clock_};
    EXPECT_EQ(found(accounts, "my-secret@example.com"), "corrupt");
    EXPECT_EQ(found(accounts, "1"), "1");
    const std::lock_guard lock(mutex_);
    for (const auto& one : reports_) EXPECT_THAT(one, Not(HasSubstr("my-secret")));
}

TEST_F(PostgresSuite, a_row_that_is_none_is_no_account_and_two_are_nobody) {
    const std::string flagged =
        "SELECT hash AS password, flag AS enabled FROM people WHERE login = $1";
    PostgresAccounts accounts{options(flagged), clock_};
    EXPECT_EQ(found(accounts, "ann@example.com"), "ann@example.com");
    EXPECT_EQ(found(accounts, "bob@example.com"), "corrupt");
    EXPECT_EQ(found(accounts, "twin"), "nobody");
    const std::lock_guard lock(mutex_);
    EXPECT_THAT(reports_,
                testing::Contains("a row is no account: `maybe` is neither true nor false in "
                                  "enabled"));
}

TEST_F(PostgresSuite, security_10_a_name_is_never_more_than_a_name) {
    using namespace std::string_literals;
    PostgresAccounts accounts{options(kQuery), clock_};
    for (const auto& name :
         {"' OR 1=1 --"s, "ann@example.com'; DROP TABLE people; --"s, "ann@example.com\0"s,
          "ann@example.com\0x"s, "%"s, "\\"s, "$1"s, "\xFF\xFE"s, "\xC3("s, ""s,
          std::string(10'240, '\''), "\xC3\xA4nn@example.com"s}) {
        EXPECT_EQ(found(accounts, name), "nobody") << name.substr(0, 40);
    }
    EXPECT_EQ(found(accounts, "ann@example.com"), "ann@example.com");
}

TEST_F(PostgresSuite, a_query_gets_the_parts_of_a_login) {
    const std::string parts =
        "SELECT $2::text || '-' || $3::text AS name, '{PLAIN}x' AS password WHERE $1 <> ''";
    auto with = options(parts);
    with.rules.default_domain = "example.org";
    PostgresAccounts accounts{with, clock_};
    EXPECT_EQ(found(accounts, "a@b@example.com"), "a@b-example.com");
    EXPECT_EQ(found(accounts, "ann"), "ann-example.org");
}

TEST_F(PostgresSuite, many_questions_share_a_connection_and_each_has_its_own_answer) {
    run(
        {"INSERT INTO people SELECT 100 + n, 'user' || n, '{PLAIN}' || n, NULL, 'yes' "
         "FROM generate_series(1, 300) n"});
    const std::string query =
        "SELECT login AS name, hash AS password, "
        "CASE login WHEN 'user7' THEN (1 / (id - 107))::text ELSE 'yes' END AS enabled "
        "FROM people WHERE login = $1";
    PostgresAccounts accounts{options(query), clock_};
    std::vector<Task<void>> tasks;
    int right = 0, broken = 0;
    const auto look = [&](int n) -> Task<void> {
        const auto name = "user" + std::to_string(n);
        const auto answer = co_await accounts.find(name);
        if (!answer) {
            broken += n == 7 && answer.error() == StoreFault::corrupt;
        } else if (*answer && (*answer)->name == name) {
            right += (*answer)->password_hash() == "{PLAIN}" + std::to_string(n);
        }
    };
    for (int n = 1; n <= 300; ++n) tasks.push_back(look(n));
    net::run_tasks(std::move(tasks));
    EXPECT_EQ(right, 299);
    EXPECT_EQ(broken, 1);
    wait_until([&] { return backends().size() == 1; });
}

TEST_F(PostgresSuite, a_slow_statement_is_ended_by_the_server) {
    auto slow = options(
        "SELECT pg_sleep(3600)::text AS password WHERE $1 = 'slow' UNION ALL "
        "SELECT hash FROM people WHERE login = $1");
    slow.server.statement_time = 200ms;
    PostgresAccounts accounts{slow, clock_};
    EXPECT_EQ(found(accounts, "slow"), "deadline");
    EXPECT_EQ(found(accounts, "ann@example.com"), "ann@example.com");
}

TEST_F(PostgresSuite, a_server_that_hangs_is_a_deadline_and_back_again_when_it_is) {
    auto with = options(kQuery);
    with.timeout = 500ms;
    PostgresAccounts accounts{with, clock_};
    wait_until([&] { return found(accounts, "ann@example.com") == "ann@example.com"; });
    const auto pid = static_cast<pid_t>(std::stol(backends().at(0)));
    ::kill(pid, SIGSTOP);
    EXPECT_EQ(found(accounts, "ann@example.com"), "deadline");
    // The connection is given up, and another one made.
    wait_until([&] { return found(accounts, "ann@example.com") == "ann@example.com"; });
    ::kill(pid, SIGCONT);
}

TEST_F(PostgresSuite, a_connection_that_was_ended_is_nobodys_fault) {
    PostgresAccounts accounts{options(kQuery), clock_};
    for (int i = 0; i < 5; ++i) {
        EXPECT_EQ(found(accounts, "ann@example.com"), "ann@example.com");
        run(
            {"SELECT pg_terminate_backend(pid, 30000) FROM pg_stat_activity WHERE datname = "
             "current_database() AND pid <> pg_backend_pid()"});
    }
    EXPECT_EQ(found(accounts, "ann@example.com"), "ann@example.com");
}

TEST_F(PostgresSuite, a_table_may_be_changed_while_it_is_asked) {
    PostgresAccounts accounts{options(kQuery), clock_};
    EXPECT_EQ(found(accounts, "ann@example.com"), "ann@example.com");
    run({"ALTER TABLE people ALTER login TYPE varchar(300), ALTER hash TYPE varchar(300)"});
    EXPECT_EQ(found(accounts, "ann@example.com"), "ann@example.com");
    run({"ALTER TABLE people RENAME TO folk"});
    EXPECT_EQ(found(accounts, "ann@example.com"), "unavailable");
    run({"ALTER TABLE folk RENAME TO people"});
    EXPECT_EQ(found(accounts, "ann@example.com"), "ann@example.com");
}

TEST_F(PostgresSuite, a_channel_says_that_accounts_have_changed) {
    auto with = options(kQuery);
    with.server.channel = "Accounts \"2\"";
    PostgresAccounts accounts{with, clock_};
    wait_until([&] { return accounts.generation() > 0; });
    const auto before = accounts.generation();
    run({"NOTIFY \"Accounts \"\"2\"\"\""});
    wait_until([&] { return accounts.generation() > before; });
    PostgresAccounts deaf{options(kQuery), clock_};
    EXPECT_EQ(found(deaf, "ann@example.com"), "ann@example.com");
    EXPECT_EQ(deaf.generation(), 0u);
}

// Nobody has counted the accounts of a query: SCRAM is not offered by itself, and decoys have the
// rounds of those that were found.
TEST_F(PostgresSuite, of_a_querys_accounts_only_those_that_were_found_are_known) {
    const std::string keys =
        "WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=,"
        "wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=";
    run({"UPDATE people SET hash = '{SCRAM-SHA-256}4096,W22ZaJ0SNY7soEsUEjb6gQ==," + keys +
         "' WHERE id = 1"});
    PostgresAccounts accounts{options(kQuery), clock_};
    const auto counted = [&] {
        return net::run_task(accounts.census()).value().at(sasl::ProofKind::scram_sha256);
    };
    EXPECT_EQ(counted(), (identity::VerifierCount{.without = 1}));
    EXPECT_EQ(found(accounts, "ann@example.com"), "ann@example.com");
    EXPECT_EQ(found(accounts, "ann@example.com"), "ann@example.com");
    EXPECT_EQ(counted(), (identity::VerifierCount{.without = 1, .by_iterations = {{4'096, 1}}}));
}

TEST_F(PostgresSuite, security_1_a_server_proves_its_name) {
    net::TestCa ca, stranger;
    const auto files = ca.issue("127.0.0.1");
    const auto folder =
        std::string{"'"} + files.certificate.substr(0, files.certificate.rfind('/'));
    std::filesystem::permissions(folder.substr(1), std::filesystem::perms(0755));
    std::filesystem::permissions(files.certificate, std::filesystem::perms(0644));
    std::filesystem::permissions(files.key, std::filesystem::perms(0600));
    if (::geteuid() == 0) ASSERT_EQ(::chown(files.key.c_str(), 65'534, 65'534), 0);
    run({"ALTER SYSTEM SET ssl_cert_file = '" + files.certificate + "'",
         "ALTER SYSTEM SET ssl_key_file = '" + files.key + "'", "ALTER SYSTEM SET ssl = on",
         "SELECT pg_reload_conf()"});
    auto with = options(kQuery);
    with.server.hosts = {{"127.0.0.1", postgres_->port()}};
    with.server.ca = ca.file();
    wait_until([&] { return tried(with).contains("inside TLS (TLSv1.3)"); });
    EXPECT_THAT(tried(with), HasSubstr("it finds 1 row"));
    with.server.ca = stranger.file();
    EXPECT_THAT(tried(with), HasSubstr("certificate verify failed"));
    with.server.ca = ca.file();
    with.server.hosts = {{"localhost", postgres_->port()}};  // the certificate has another name
    EXPECT_THAT(tried(with), HasSubstr("does not match host name \"localhost\""));
    run({"ALTER SYSTEM RESET ALL", "SELECT pg_reload_conf()"});
}

}  // namespace
}  // namespace signet::conformance
