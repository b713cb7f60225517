#include "conformance/credential_store.h"

#include "authn/store_chain.h"
#include "base/text.h"
#include "conformance/postgres.h"
#include "conformance/slapd.h"
#include "identity/fake_hashers.h"
#include "net/system_clock.h"
#include "store/credentials_database.h"
#include "store/gated_accounts.h"
#include "store/gated_credentials.h"
#include "store/http_credentials.h"
#include "store/ldap_credentials.h"
#include "store/memory_accounts.h"
#include "store/nobody.h"
#include "store/pam_credentials.h"
#include "store/passwd_file_source.h"
#include "store/postgres_accounts.h"
#include "store/postgres_schema.h"

#include <boost/json.hpp>

#include <fstream>

namespace signet::conformance {
namespace {

using namespace std::chrono_literals;

// What checking passwords here takes.  Verifiers are made for SCRAM-SHA-256.
struct Ground {
    net::PoolOptions options{.name = "hash", .threads = 2, .max_wait = 0ms};
    net::SystemClock clock;
    SeededEntropy entropy{5};
    identity::CountingHasher hasher;
    net::WorkerPool pool{options};
    identity::Verifiers verifiers{Secret::copy_of("key"), {.iterations = 4'096}};
};

// Accounts that can go away.
class Frail final : public identity::AccountSource {
public:
    explicit Frail(identity::AccountSource& real) : real_(real) {}
    Task<Result<std::optional<identity::Account>, StoreFault>> find(std::string name) override {
        if (down) co_return fail(StoreFault::unavailable);
        co_return co_await real_.find(std::move(name));
    }
    Task<Result<identity::VerifierCensus, StoreFault>> census() override {
        if (down) co_return fail(StoreFault::unavailable);
        co_return co_await real_.census();
    }
    Task<Result<identity::Account, StoreFault>> renew_credentials(
        identity::Account account) override {
        return real_.renew_credentials(std::move(account));
    }
    std::uint64_t generation() const override { return real_.generation(); }
    std::atomic<bool> down = false;

private:
    identity::AccountSource& real_;
};

class Database final : public CredentialBench {
public:
    Database() {
        for (const auto& one : kBenchAccounts) {
            identity::Account account;
            account.name = std::string{one.name};
            account.enabled = one.enabled;
            account.send_as = {identity::parse_send_as(one.name).value()};
            account.password().secret = ground_.hasher.hash(one.password).value();
            net::run_task(memory_.add(std::move(account))).value();
        }
    }
    identity::CredentialStore& store() override { return database_; }
    bool proofs() const override { return true; }
    bool take_down() override { return accounts_.down = true; }
    void bring_back() override { accounts_.down = false; }

    Ground ground_;
    store::MemoryAccounts memory_{ground_.clock};
    Frail accounts_{memory_};
    store::CredentialsDatabase database_{accounts_,       ground_.hasher,
                                         ground_.pool,    ground_.clock,
                                         ground_.entropy, {.verifiers = &ground_.verifiers}};
};

class PasswdFile final : public CredentialBench {
public:
    PasswdFile() {
        std::ofstream file{folder_ / "users"};
        for (const auto& one : kBenchAccounts) {
            file << one.name << ":{PLAIN}" << one.password << (one.enabled ? "" : "::::::nologin")
                 << "\n";
        }
        file.close();
        source_ = store::PasswdFileSource::open(
                      {.path = folder_ / "users", .rules = {.formats = rules_}, .told = {}},
                      ground_.clock)
                      .value();
        database_.emplace(
            *source_, ground_.hasher, ground_.pool, ground_.clock, ground_.entropy,
            store::CredentialOptions{
                .verifiers = &ground_.verifiers, .foreign = rules_, .read_only = true});
    }
    identity::CredentialStore& store() override { return *database_; }
    bool proofs() const override { return true; }

    Ground ground_;
    store::TemporaryFolder folder_;
    const identity::FormatRules rules_{.plain = true};
    std::unique_ptr<store::PasswdFileSource> source_;
    std::optional<store::CredentialsDatabase> database_;
};

class Ldap : public CredentialBench {
public:
    identity::CredentialStore& store() override { return gated_; }
    bool proofs() const override { return false; }
    bool take_down() override {
        slapd_.stop();
        return true;
    }
    void bring_back() override { slapd_.run(); }

    Slapd slapd_;
    net::SystemClock clock_;
    store::LdapCredentials ldap_{
        {.settings = {.server = {.urls = {slapd_.url()}, .tls = false, .ca = {}},
                      .service = {},
                      .people = {.base = "dc=example,dc=com",
                                 .filter = "(uid={login})",
                                 .account = {},
                                 .addresses = {"mail"},
                                 .password = {}},
                      .rights = {.disabled = "(employeeType=disabled)",
                                 .group_base = {},
                                 .group_filter = {}}},
         .threads = 4,
         .timeout = 10s}};
    // Its rest is over at once: what it is for is tested elsewhere.
    store::StoreGate gate_{
        {.name = "ldap", .timeout = 10s, .waiting = 1'000, .breaker = {.rest = 0ms}}, clock_, {}};
    store::GatedCredentials gated_{ldap_, gate_};
};

// Real modules, which ask scripts: PAM's own stores need root, or a library of their own.
class Pam final : public CredentialBench {
public:
    Pam() {
        std::string known, right, enabled;
        for (const auto& one : kBenchAccounts) {
            const auto name = std::string{one.name};
            known += name + ") exit 0;;\n";
            right +=
                name + ") [ \"$password\" = \"" + std::string{one.password} + "\" ] && exit 0;;\n";
            if (one.enabled) enabled += name + ") exit 0;;\n";
        }
        script("known", "", known);
        script("right", "password=$(tr -d '\\000')\n", right);
        script("enabled", "", enabled);
        write_service();
    }
    identity::CredentialStore& store() override { return gated_; }
    bool proofs() const override { return false; }
    bool looks_up() const override { return false; }
    bool take_down() override {
        std::filesystem::remove(folder_ / "signet");
        return true;
    }
    void bring_back() override { write_service(); }

    void script(const std::string& name, const std::string& first, const std::string& cases) {
        const auto path = folder_ / name;
        std::ofstream{path} << "#!/bin/sh\n"
                            << first << "case \"$PAM_USER\" in\n"
                            << cases << "esac\nexit 1\n";
        std::filesystem::permissions(path, std::filesystem::perms::owner_all);
    }
    void write_service() {
        const auto folder = folder_ / "";
        const auto ask = [&](const std::string& type, const std::string& what) {
            return type + " [success=1 default=ignore] pam_exec.so quiet " + what + "\n";
        };
        std::ofstream{folder_ / "signet"}
            << ask("auth", folder + "known")
            << "auth [default=die] pam_debug.so auth=user_unknown\n"
            << ask("auth", "expose_authtok " + folder + "right")
            << "auth [default=die] pam_debug.so auth=auth_err\nauth required pam_permit.so\n"
            << ask("account", folder + "known")
            << "account [default=die] pam_debug.so acct=user_unknown\n"
            << ask("account", folder + "enabled")
            << "account [default=die] pam_debug.so acct=acct_expired\n"
            << "account required pam_permit.so\n";
    }

    store::TemporaryFolder folder_;
    net::SystemClock clock_;
    store::PamCredentials pam_{
        {.helper = {SIGNET_PAM_HELPER}, .directory = folder_ / "", .timeout = 30s}};
    store::StoreGate gate_{
        {.name = "pam", .timeout = 30s, .waiting = 1'000, .breaker = {.rest = 0ms}}, clock_, {}};
    store::GatedCredentials gated_{pam_, gate_};
};

// A service as docs/reference/http-store.md has it, without the way there.
class Http final : public CredentialBench {
public:
    identity::CredentialStore& store() override { return gated_; }
    bool proofs() const override { return false; }
    bool take_down() override { return down_ = true; }
    void bring_back() override { down_ = false; }

private:
    using Fetched = Result<net::HttpResponse, net::HttpFault>;

    Task<Fetched> fetch(net::HttpRequest request) {
        if (down_) co_return fail(net::HttpFault{net::HttpFault::Kind::connect, "refused"});
        net::HttpResponse response{.status = 200};
        response.body = Secret{answer_to(request.body->reveal())};
        co_return response;
    }
    static std::string answer_to(std::string_view question) {
        const auto asked = boost::json::parse(question).as_object();
        const auto login = lower(std::string_view{asked.at("login").as_string()});
        const auto* password = asked.if_contains("password");
        for (const auto& one : kBenchAccounts) {
            if (login != one.name) continue;
            const auto account = "\"account\":\"" + login + "\"";
            const auto refused = [&](const std::string& why) {
                return R"({"answer":"refused",)" + account + R"(,"reason":")" + why + "\"}";
            };
            if (password && std::string_view{password->as_string()} != one.password) {
                return refused("bad_password");
            }
            if (!one.enabled) return refused("account_disabled");
            return R"({"answer":"granted",)" + account + R"(,"addresses":[")" + login + "\"]}";
        }
        return R"({"answer":"refused","reason":"unknown_account"})";
    }

    net::SystemClock clock_;
    std::atomic<bool> down_ = false;
    store::HttpCredentials http_{
        {.url = "https://auth.example/check", .timeout = 10s},
        [this](net::HttpRequest request, Deadline) { return fetch(std::move(request)); },
        clock_};
    store::StoreGate gate_{
        {.name = "http", .timeout = 10s, .waiting = 1'000, .breaker = {.rest = 0ms}}, clock_, {}};
    store::GatedCredentials gated_{http_, gate_};
};

// PostgreSQL, by own tables or a query over others.
class PostgresBench : public CredentialBench {
public:
    identity::CredentialStore& store() override { return *credentials_; }
    bool proofs() const override { return true; }
    bool take_down() override {
        postgres_.stop();
        return true;
    }
    void bring_back() override { postgres_.run(); }

protected:
    void run(std::vector<std::string> sql) {
        const auto done = postgres_.sql(database_, std::move(sql));
        if (!done) throw std::runtime_error(done.error().detail);
    }
    void open(const std::string& query) {
        accounts_.emplace(store::PostgresAccountsOptions{.server = postgres_.server(database_),
                                                         .timeout = 10s,
                                                         .query = query,
                                                         .rules = {.formats = {.plain = true}}},
                          ground_.clock);
        gated_.emplace(*accounts_, gate_);
        credentials_.emplace(*gated_, ground_.hasher, ground_.pool, ground_.clock, ground_.entropy,
                             store::CredentialOptions{.verifiers = &ground_.verifiers,
                                                      .foreign = accounts_->rules().formats,
                                                      .read_only = !accounts_->own_tables()});
    }

    Postgres& postgres_ = the_postgres();
    const std::string database_ = postgres_.make_database();
    Ground ground_;
    store::StoreGate gate_{{.name = "postgresql",
                            .timeout = 10s,
                            .width = 64,
                            .waiting = 1'000,
                            .breaker = {.rest = 0ms}},
                           ground_.clock,
                           {}};
    std::optional<store::PostgresAccounts> accounts_;
    std::optional<store::GatedAccounts> gated_;
    std::optional<store::CredentialsDatabase> credentials_;
};

std::string sql_text(std::string_view text) {
    std::string quoted{"'"};
    for (const char c : text) quoted += c == '\'' ? std::string{"''"} : std::string{c};
    return quoted + "'";
}

class PostgresTables final : public PostgresBench {
public:
    PostgresTables() {
        run(store::postgres_migration());
        run(store::postgres_migration());  // again is nothing
        for (const auto& one : kBenchAccounts) {
            run({"INSERT INTO signet.accounts (name, password, enabled) VALUES (" +
                 sql_text(one.name) + ", " + sql_text(ground_.hasher.hash(one.password).value()) +
                 ", " + (one.enabled ? "true" : "false") + ")"});
        }
        open({});
    }
};

class PostgresQuery final : public PostgresBench {
public:
    PostgresQuery() {
        run({"CREATE TABLE mailbox (username text PRIMARY KEY, secret text, active int)"});
        for (const auto& one : kBenchAccounts) {
            run({"INSERT INTO mailbox VALUES (" + sql_text(one.name) + ", " +
                 sql_text("{PLAIN}" + std::string{one.password}) + ", " +
                 (one.enabled ? "1" : "0") + ")"});
        }
        open(
            "SELECT username AS name, secret AS password, active AS enabled FROM mailbox "
            "WHERE username = $1;");
    }
};

// A chain in which the accounts are in the last store.
class Chain final : public CredentialBench {
public:
    identity::CredentialStore& store() override { return chain_; }
    bool proofs() const override { return true; }
    bool take_down() override { return last_.take_down(); }
    void bring_back() override { last_.bring_back(); }

    Database last_;
    store::MemoryAccounts empty_{last_.ground_.clock};
    store::CredentialsDatabase first_{empty_,
                                      last_.ground_.hasher,
                                      last_.ground_.pool,
                                      last_.ground_.clock,
                                      last_.ground_.entropy,
                                      {.verifiers = &last_.ground_.verifiers}};
    store::Nobody nobody_{{&empty_, &last_.accounts_}};
    store::CredentialsDatabase nobodys_{nobody_,
                                        last_.ground_.hasher,
                                        last_.ground_.pool,
                                        last_.ground_.clock,
                                        last_.ground_.entropy,
                                        {.verifiers = &last_.ground_.verifiers}};
    authn::StoreChain chain_{{{"first", {}, &first_, true}, {"last", {}, &last_.database_, true}},
                             nobodys_};
};

template <class Bench>
std::unique_ptr<CredentialBench> make() {
    return std::make_unique<Bench>();
}
std::unique_ptr<CredentialBench> make_ldap() { return Slapd::is_here() ? make<Ldap>() : nullptr; }

template <class Bench>
std::unique_ptr<CredentialBench> make_postgres() {
    return Postgres::is_here() ? make<Bench>() : nullptr;
}

INSTANTIATE_TEST_SUITE_P(Http, CredentialStoreSuite, testing::Values(make<Http>));
INSTANTIATE_TEST_SUITE_P(PostgresTables, CredentialStoreSuite,
                         testing::Values(make_postgres<PostgresTables>));
INSTANTIATE_TEST_SUITE_P(PostgresQuery, CredentialStoreSuite,
                         testing::Values(make_postgres<PostgresQuery>));
INSTANTIATE_TEST_SUITE_P(Database, CredentialStoreSuite, testing::Values(make<Database>));
INSTANTIATE_TEST_SUITE_P(PasswdFile, CredentialStoreSuite, testing::Values(make<PasswdFile>));
INSTANTIATE_TEST_SUITE_P(Ldap, CredentialStoreSuite, testing::Values(make_ldap));
INSTANTIATE_TEST_SUITE_P(Pam, CredentialStoreSuite, testing::Values(make<Pam>));
INSTANTIATE_TEST_SUITE_P(Chain, CredentialStoreSuite, testing::Values(make<Chain>));

}  // namespace
}  // namespace signet::conformance
