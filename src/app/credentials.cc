#include "app/credentials.h"

#include "app/shelter.h"
#include "audit/timestamp.h"
#include "sasl/mechanism.h"
#include "settings/mechanisms.h"

#include <algorithm>
#include <string>
#include <utility>

namespace signet::app {
namespace {

std::string guessed_at(const limits::Ban& ban) {
    if (!ban.account) return "passwords of many accounts";
    return ban.account->empty() ? "passwords of an account that is not there"
                                : "the password of " + *ban.account;
}

audit::Event ban_event(const limits::Ban& ban) {
    audit::Event event;
    event.event = "ban.added";
    event.severity = audit::Severity::warning;
    event.reason = ban.account ? "guessing" : "spray";
    event.service = "server";
    event.account_name = ban.account.value_or("");
    event.target = audit::Target{"network", {}, ban.network};
    event.detail = ban.network + " guesses " + guessed_at(ban) + " and is banned until " +
                   audit::timestamp(ban.until);
    return event;
}

// Told on the thread of whoever guessed.
std::function<void(const limits::Ban&)> tell(Ground& ground, audit::AuditStore& audit) {
    return [&ground, &audit](const limits::Ban& ban) {
        auto event = ban_event(ban);
        event.time = ground.clock.wall();
        event.id = ground.ids.next();
        ground.log.write(observe::Level::warning, event.detail);
        audit.record(std::move(event));
    };
}

// What a new password gets a verifier for: the SCRAM that may be offered.
std::vector<sasl::ProofKind> scram_kinds(const settings::Snapshot& settings) {
    std::vector<sasl::ProofKind> kinds;
    for (const auto& named : settings::named_mechanisms(settings)) {
        const auto* mechanism = sasl::find_mechanism(named);
        const bool scram = mechanism && mechanism->needs == sasl::Needs::verifier &&
                           sasl::scram_hash(mechanism->proof);
        if (scram) kinds.push_back(mechanism->proof);
    }
    return kinds;
}

unsigned rounds(const settings::AuthSettings& settings) {
    return settings.scram == "off" ? 0 : settings.scram_iterations;
}

// Signet's own accounts.
class DatabaseStore final : public OpenedStore {
public:
    DatabaseStore(store::SqliteAccounts& accounts, const identity::AppPasswords& app_passwords,
                  const StoreMaterial& material)
        : accounts_(accounts),
          database_(accounts, material.hasher, material.pool, material.ground.clock,
                    material.ground.entropy,
                    {.cache_life = material.settings.auth.cache_life,
                     .verifiers = &material.verifiers,
                     .app_passwords = &app_passwords}) {}

    identity::CredentialStore& credentials() override { return database_; }
    identity::AccountSource* accounts() override { return &accounts_; }
    bool proofs() const override { return true; }
    bool tells() const override { return false; }
    std::string state() const override { return "up"; }
    void take_up(const settings::Snapshot& settings) override {
        database_.take_app_passwords_only(settings.passwords.for_mail == "app-passwords-only");
        database_.take_password_age(settings.passwords.age.most,
                                    settings.passwords.age.app_passwords);
    }

private:
    store::SqliteAccounts& accounts_;
    store::CredentialsDatabase database_;
};

// The database is there, named or not.
std::vector<settings::StoreSettings> stores_of(const settings::Snapshot& settings) {
    auto stores = settings.stores;
    if (std::ranges::count(stores, settings::kDatabaseStore, &settings::StoreSettings::kind) == 0) {
        stores.insert(stores.begin(), {.name = std::string{settings::kDatabaseStore},
                                       .kind = std::string{settings::kDatabaseStore}});
    }
    return stores;
}

}  // namespace

Credentials::Credentials(const settings::Snapshot& settings, Ground& ground, CredentialParts parts)
    : verifiers_(parts.accounts.derive_key("SCRAM salts"), {rounds(settings.auth), {}}),
      app_passwords_(parts.accounts.derive_key("app passwords")),
      guard_(ground.clock, ground.entropy, parts.accounts, tell(ground, parts.audit)) {}

Result<std::unique_ptr<Credentials>, StartFault> Credentials::open(
    const settings::Snapshot& settings, Ground& ground, CredentialParts parts) {
    std::unique_ptr<Credentials> made{new Credentials{settings, ground, parts}};
    const StoreMaterial material{settings,   ground,           parts.hasher,
                                 parts.pool, made->verifiers_, parts.audit};
    for (auto& store : stores_of(settings)) {
        Row row{std::move(store), nullptr};
        if (const auto open = opener_of(row.settings.kind)) {
            auto opened = open(row.settings, material);
            if (!opened) return fail(std::move(opened.error()));
            row.opened = std::move(*opened);
        } else {
            row.opened =
                std::make_unique<DatabaseStore>(parts.accounts, made->app_passwords_, material);
        }
        made->rows_.push_back(std::move(row));
    }
    made->chain_up(material);
    made->take_up(settings);
    return made;
}

void Credentials::chain_up(const StoreMaterial& material) {
    std::vector<authn::ChainLink> links;
    std::vector<identity::AccountSource*> sources;
    for (const auto& row : rows_) {
        links.push_back({row.settings.name, row.settings.domains, &row.opened->credentials(),
                         row.opened->proofs(), row.opened->tells()});
        if (auto* accounts = row.opened->accounts()) sources.push_back(accounts);
    }
    nobody_.emplace(std::move(sources));
    nobodys_.emplace(*nobody_, material.hasher, material.pool, material.ground.clock,
                     material.ground.entropy,
                     store::CredentialOptions{.cache_life = std::chrono::seconds{0},
                                              .verifiers = &material.verifiers});
    const auto& auth = material.settings.auth;
    chain_.emplace(std::move(links), *nobodys_, auth.default_domain);
    // One check more than there are threads, so that none of them waits while an answer is counted.
    guarded_.emplace(*chain_, guard_, auth.hash_threads + 1);
}

void Credentials::take_up(const settings::Snapshot& settings) {
    guard_.set(settings.guessing, shelter_of(settings));
    verifiers_.keep(scram_kinds(settings));
    for (const auto& row : rows_) row.opened->take_up(settings);
}

OpenedStore* Credentials::find(const std::string& name) const {
    for (const auto& row : rows_) {
        if (row.settings.name == name) return row.opened.get();
    }
    return nullptr;
}

std::vector<admin::StoreStatus> Credentials::list() const {
    std::vector<admin::StoreStatus> all;
    for (const auto& row : rows_) {
        all.push_back(
            {row.settings.name, row.settings.kind, row.settings.domains, row.opened->state()});
    }
    return all;
}

Task<std::optional<admin::StoreMigration>> Credentials::migrate(std::string name) {
    for (const auto& row : rows_) {
        if (row.settings.name == name) co_return co_await row.opened->migrate();
    }
    co_return std::nullopt;
}

Task<std::optional<admin::StoreTrial>> Credentials::test(std::string name, std::string login,
                                                         Secret password) {
    for (const auto& row : rows_) {
        if (row.settings.name != name) continue;
        std::string order;
        bool serves = false;
        for (const auto* link : chain_->serving(login)) {
            order += (order.empty() ? "" : ", ") + link->name;
            serves = serves || link->name == name;
        }
        auto trial = co_await row.opened->try_sign_in(login, std::move(password));
        trial.steps.insert(trial.steps.begin(), order.empty()
                                                    ? "no store serves this login"
                                                    : "this login is looked for in: " + order);
        if (!serves) {
            trial.steps.insert(trial.steps.begin() + 1,
                               "`" + name + "` does not serve it, and is asked all the same");
        }
        co_return trial;
    }
    co_return std::nullopt;
}

}  // namespace signet::app
