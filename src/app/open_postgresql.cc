// [[store]] kind = "postgresql"
#include "app/load_settings.h"
#include "app/open_store.h"
#include "app/store_watch.h"

#include "base/text.h"
#include "settings/address.h"
#include "store/credentials_database.h"
#include "store/gated_accounts.h"
#include "store/postgres_accounts.h"

namespace signet::app {
namespace {

// Where Debian's ca-certificates puts them; libpq 15 takes no default.
constexpr std::string_view kSystemAuthorities = "/etc/ssl/certs/ca-certificates.crt";
constexpr unsigned kWaitingEach = 20;  // for one question at a time

// "host:port", or the directory of a Unix socket, with its port if it is not the usual one.
store::PostgresHost host_of(const std::string& text) {
    store::PostgresHost host{text, settings::kPostgresPort};
    if (text.starts_with('/')) {
        const auto colon = text.rfind(':');
        if (colon == std::string::npos) return host;
        const auto port = parse_unsigned(std::string_view{text}.substr(colon + 1));
        if (!port || *port == 0 || *port > 65'535) return host;
        return {text.substr(0, colon), static_cast<std::uint16_t>(*port)};
    }
    const auto address = settings::parse_host_and_port(text, settings::kPostgresPort);
    return address ? store::PostgresHost{address->ip, address->port} : host;
}

store::PostgresTls tls_of(const std::string& word) {
    return word == "none" ? store::PostgresTls::none : store::PostgresTls::verified;
}

store::PostgresServer server_of(const settings::StoreSettings& settings) {
    const auto& postgres = settings.postgres;
    store::PostgresServer server;
    for (const auto& text : postgres.hosts) server.hosts.push_back(host_of(text));
    server.database = postgres.database;
    server.user = postgres.user;
    if (!postgres.password.empty()) {
        server.password = [source = postgres.password] { return read_secret(source); };
    }
    server.tls = tls_of(postgres.tls);
    server.ca = postgres.ca.empty() ? std::string{kSystemAuthorities} : postgres.ca;
    server.certificate = postgres.certificate;
    server.key = postgres.key.empty() ? postgres.certificate : postgres.key;
    server.session = postgres.session;
    server.statement_time = settings.timeout;  // its connection stays of use
    server.channel = postgres.channel;
    return server;
}

store::PostgresAccountsOptions options_of(const settings::StoreSettings& settings,
                                          const StoreMaterial& material) {
    const auto& postgres = settings.postgres;
    return {.server = server_of(settings),
            .connections = settings.connections,
            .timeout = settings.timeout,
            .query = postgres.query,
            .rules = {.formats = {.default_scheme = postgres.default_scheme,
                                  .weak = postgres.weak_schemes,
                                  .plain = postgres.plain_passwords},
                      .default_domain = material.settings.auth.default_domain},
            .report = [name = settings.name, &log = material.ground.log](std::string_view detail) {
                log.write(observe::Level::warning, "a database does not answer as it should",
                          {{"store", name}, {"detail", std::string{detail}}});
            }};
}

class PostgresqlStore final : public OpenedStore {
public:
    PostgresqlStore(const settings::StoreSettings& settings, const StoreMaterial& material)
        : accounts_(options_of(settings, material), material.ground.clock),
          gate_({.name = settings.name,
                 .timeout = settings.timeout,
                 .width = settings.connections * store::kPostgresPipeline,
                 .waiting = settings.connections * store::kPostgresPipeline * kWaitingEach},
                material.ground.clock, watcher_of(settings.name, material.ground, material.audit)),
          gated_(accounts_, gate_),
          database_(gated_, material.hasher, material.pool, material.ground.clock,
                    material.ground.entropy,
                    {.cache_life = material.settings.auth.cache_life,
                     .verifiers = &material.verifiers,
                     .foreign = accounts_.rules().formats,
                     .read_only = !accounts_.own_tables()}) {}

    identity::CredentialStore& credentials() override { return database_; }
    identity::AccountSource* accounts() override { return &gated_; }
    bool proofs() const override { return true; }
    bool tells() const override { return false; }
    std::string state() const override {
        return gate_.state() == limits::Breaker::State::closed ? "up" : "down";
    }
    Task<admin::StoreTrial> try_sign_in(std::string login, Secret password) override;
    Task<admin::StoreMigration> migrate() override;

private:
    store::PostgresAccounts accounts_;
    store::StoreGate gate_;
    store::GatedAccounts gated_;
    store::CredentialsDatabase database_;
};

// The look-up goes past the gate: whoever tries a store wants to know what is wrong, not that
// something is.
Task<admin::StoreTrial> PostgresqlStore::try_sign_in(std::string login, Secret password) {
    const auto name = identity::fold_account_name(login);
    if (!name) {
        co_return admin::StoreTrial{{"no account can have that name"}, "unknown_account"};
    }
    auto looked = co_await accounts_.try_find(*name);
    admin::StoreTrial trial{std::move(looked.steps), {}};
    if (!looked.found) {
        trial.outcome = signet::name(looked.found.error());
        co_return trial;
    }
    auto checked = co_await OpenedStore::try_sign_in(std::move(login), std::move(password));
    for (auto& step : checked.steps) trial.steps.push_back(std::move(step));
    trial.outcome = std::move(checked.outcome);
    co_return trial;
}

Task<admin::StoreMigration> PostgresqlStore::migrate() {
    auto done = co_await accounts_.migrate();
    if (!done) co_return admin::StoreMigration{false, {"it fails: " + done.error()}};
    co_return admin::StoreMigration{true, std::move(*done)};
}

}  // namespace

Result<std::unique_ptr<OpenedStore>, StartFault> open_postgresql(
    const settings::StoreSettings& settings, const StoreMaterial& material) {
    return std::make_unique<PostgresqlStore>(settings, material);
}

}  // namespace signet::app
