#include "app/credentials.h"

#include "app/shelter.h"
#include "app/store_watch.h"
#include "audit/timestamp.h"
#include "sasl/mechanism.h"
#include "settings/mechanisms.h"
#include "store/credentials_database.h"

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

bool is_remote(std::string_view kind) {
    const auto kinds = settings::store_kinds();
    const auto found = std::ranges::find(kinds, kind, &settings::StoreKind::name);
    return found != kinds.end() && found->remote;
}

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
    : ground_(ground),
      parts_(parts),
      verifiers_(parts.accounts.derive_key("SCRAM salts"), {rounds(settings.auth), {}}),
      app_passwords_(parts.accounts.derive_key("app passwords")),
      guard_(ground.clock, ground.entropy, parts.accounts, tell(ground, parts.audit)),
      parting_({.name = "signet-parting", .threads = 1, .max_wait = std::chrono::milliseconds{0}}) {
}

StoreMaterial Credentials::material(const settings::Snapshot& settings) {
    return {settings, ground_, parts_.hasher, parts_.pool, verifiers_, parts_.audit};
}

Result<std::unique_ptr<Credentials>, StartFault> Credentials::open(
    const settings::Snapshot& settings, Ground& ground, CredentialParts parts) {
    std::unique_ptr<Credentials> made{new Credentials{settings, ground, parts}};
    auto stores = made->prepare(settings, settings);
    if (!stores) return fail(std::move(stores.error()));
    made->put_in_force(*stores, settings);
    // One check more than there are threads, so that none of them waits while an answer is counted.
    made->guarded_.emplace(made->stores_, made->guard_, settings.auth.hash_threads + 1);
    return made;
}

Result<std::shared_ptr<OpenedStore>, StartFault> Credentials::open_one(
    const settings::StoreSettings& settings, const StoreMaterial& material) {
    const auto open = opener_of(settings.kind);
    if (open == nullptr) {
        return std::make_shared<DatabaseStore>(parts_.accounts, app_passwords_, material);
    }
    auto opened = open(settings, material);
    if (!opened) return fail(std::move(opened.error()));
    return std::shared_ptr<OpenedStore>{std::move(*opened)};
}

// Its end waits for what its stores still do, so it is nobody's who has something to do: neither an
// I/O thread's, nor that of a reload.
std::shared_ptr<StoreShelf> Credentials::shelve(StoreShelf::Rows rows,
                                                const StoreMaterial& material) {
    return {new StoreShelf{std::move(rows), material}, [&pool = parting_](StoreShelf* shelf) {
                if (!pool.post([shelf] { delete shelf; })) delete shelf;
            }};
}

Result<std::shared_ptr<StoreShelf>, StartFault> Credentials::prepare(
    const settings::Snapshot& running, const settings::Snapshot& next) {
    const auto with = material(next);
    const auto changed = stores_to_open(running, next);
    const auto before = shelf_.get();
    StoreShelf::Rows rows;
    for (auto& store : stores_of(next)) {
        const auto* same = before ? before->find(store.name) : nullptr;
        const bool stays = same != nullptr && same->settings.kind == store.kind &&
                           std::ranges::count(changed, store.name) == 0;
        if (stays) {
            rows.push_back({std::move(store), same->opened});
            continue;
        }
        auto opened = open_one(store, with);
        if (!opened) return fail(std::move(opened.error()));
        rows.push_back({std::move(store), std::move(*opened)});
    }
    return shelve(std::move(rows), with);
}

void Credentials::put_in_force(const std::shared_ptr<StoreShelf>& stores,
                               const settings::Snapshot& settings) {
    guard_.set(settings.guessing, shelter_of(settings));
    verifiers_.keep(scram_kinds(settings));
    for (const auto& row : stores->rows()) row.opened->take_up(settings);
    const auto before = shelf_.get();
    stores_.put({stores, &stores->store()});
    shelf_.set(stores);
    for (const auto& row : before ? before->rows() : StoreShelf::Rows{}) {
        if (stores->find(row.settings.name) == nullptr && is_remote(row.settings.kind)) {
            end_watch(row.settings.name, ground_);
        }
    }
}

std::shared_ptr<OpenedStore> Credentials::find(const std::string& name) const {
    // With its shelf, whose end is nobody's who has something to do (shelve).
    const auto shelf = shelf_.get();
    const auto* row = shelf->find(name);
    return row ? std::shared_ptr<OpenedStore>{shelf, row->opened.get()} : nullptr;
}

std::vector<admin::StoreStatus> Credentials::list() const {
    std::vector<admin::StoreStatus> all;
    for (const auto shelf = shelf_.get(); const auto& row : shelf->rows()) {
        all.push_back(
            {row.settings.name, row.settings.kind, row.settings.domains, row.opened->state()});
    }
    return all;
}

Task<std::optional<admin::StoreMigration>> Credentials::migrate(std::string name) {
    const auto shelf = shelf_.get();
    const auto* row = shelf->find(name);
    if (row == nullptr) co_return std::nullopt;
    co_return co_await row->opened->migrate();
}

Task<std::optional<admin::StoreTrial>> Credentials::test(std::string name, std::string login,
                                                         Secret password) {
    const auto shelf = shelf_.get();
    const auto* row = shelf->find(name);
    if (row == nullptr) co_return std::nullopt;
    std::string order;
    bool serves = false;
    for (const auto* link : shelf->chain().serving(login)) {
        order += (order.empty() ? "" : ", ") + link->name;
        serves = serves || link->name == name;
    }
    auto trial = co_await row->opened->try_sign_in(login, std::move(password));
    trial.steps.insert(trial.steps.begin(), order.empty()
                                                ? "no store serves this login"
                                                : "this login is looked for in: " + order);
    if (!serves) {
        trial.steps.insert(trial.steps.begin() + 1,
                           "`" + name + "` does not serve it, and is asked all the same");
    }
    co_return trial;
}

}  // namespace signet::app
