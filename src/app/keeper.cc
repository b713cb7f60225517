#include "app/keeper.h"

#include "app/credential_key.h"
#include "app/files.h"
#include "app/issuers.h"

#include <unistd.h>
#include <cerrno>

namespace signet::app {
namespace {

// Below the I/O threads, so that a flood of wrong passwords takes what they leave.
constexpr int kHashNice = 10;
constexpr unsigned kDiskThreads = 4;

// The key of the digests that stand for unknown user names: made once, kept beside the accounts.
Result<Secret, std::string> redaction_key(const std::string& path, Entropy& entropy) {
    constexpr std::size_t kOctets = 32;
    auto known = read_file(path);
    if (!known) return fail(known.error());
    if (*known && (*known)->size() == kOctets) return Secret{std::move(**known)};
    std::string key(kOctets, '\0');
    entropy.fill({reinterpret_cast<std::uint8_t*>(key.data()), key.size()});
    auto written = write_file(path, key, 0600);
    Secret secret{std::move(key)};
    if (!written) return fail(written.error());
    return secret;
}

}  // namespace

observe::MeterNames meter_names(const settings::Snapshot& settings) {
    observe::MeterNames names;
    for (const auto& listener : settings.listeners) names.listeners.push_back(listener.name);
    for (const auto& route : settings.routes) names.routes.push_back(route.name);
    return names;
}

Keeper::Keeper(const settings::Snapshot& settings, Ground& ground)
    : rates_(ground.clock),
      hash_pool_({.name = "signet-hash",
                  .threads = settings.auth.hash_threads,
                  .nice = kHashNice,
                  .max_wait = settings.auth.hash_wait}),
      disk_pool_({.name = "signet-disk",
                  .threads = kDiskThreads,
                  .max_wait = std::chrono::milliseconds{0}}),
      hasher_({.memory_octets = settings.auth.argon2_memory, .passes = settings.auth.argon2_passes},
              ground.entropy),
      metered_hasher_(hasher_, ground.metrics, ground.clock) {}

Result<std::unique_ptr<Keeper>, StartFault> Keeper::open(const settings::Snapshot& settings,
                                                         Ground& ground) {
    if (auto made = make_directory(settings.storage.path); !made) {
        return fail(StartFault::failed(made.error()));
    }
    std::unique_ptr<Keeper> keeper{new Keeper{settings, ground}};
    for (const auto step : {&Keeper::open_audit, &Keeper::open_accounts, &Keeper::open_queue}) {
        if (auto done = (keeper.get()->*step)(settings, ground); !done) return fail(done.error());
    }
    return keeper;
}

Result<void, StartFault> Keeper::open_audit(const settings::Snapshot& settings, Ground& ground) {
    auto key = redaction_key(settings.storage.path + "/redaction-key", ground.entropy);
    if (!key) return fail(StartFault::failed(key.error()));
    redactor_ = std::make_unique<audit::Redactor>(
        std::move(*key), settings.log.unknown_users == "full" ? audit::UnknownUsers::full
                                                              : audit::UnknownUsers::hashed);

    const auto path = settings.audit.directory.empty() ? settings.storage.path + "/audit"
                                                       : settings.audit.directory;
    auto directory = observe::open_directory(path, /*create=*/true);
    if (!directory) {
        return fail(StartFault::failed("audit log " + path + ": " + directory.error().text()));
    }
    observe::AuditFileOptions options;
    options.writer.node = settings.hostname;
    options.writer.instance = ground.ids.next();
    auto opened = observe::AuditFile::open(
        std::move(*directory), {ground.clock, ground.ids, ground.log, *redactor_}, options);
    if (!opened && opened.error().error == EWOULDBLOCK) {
        return fail(StartFault::taken("audit log " + path + ": another Signet writes it"));
    }
    if (!opened)
        return fail(StartFault::failed("audit log " + path + ": " + opened.error().text()));
    audit_file_ = std::move(*opened);
    events_ =
        std::make_unique<observe::EventMeter>(*audit_file_, ground.metrics, meter_names(settings));
    return {};
}

Result<void, StartFault> Keeper::open_accounts(const settings::Snapshot& settings, Ground& ground) {
    store::SqliteOptions options;
    options.report = [&log = ground.log](StoreFault fault, std::string_view detail) {
        log.write(observe::Level::error, "the account database is in trouble",
                  {{"fault", std::string{name(fault)}}, {"detail", std::string{detail}}});
    };
    const bool scram = settings.auth.scram != "off";
    options.keep_verifiers = scram;
    const store::CredentialKey key{
        credential_key_source(settings.storage, ground.entropy, MissingKey::make), ground.entropy};
    auto opened = store::SqliteAccounts::open(settings.storage.path + "/accounts.db", ground.clock,
                                              key, std::move(options));
    if (!opened) return fail(StartFault::failed(opened.error().detail));
    accounts_ = std::move(*opened);
    auto credentials = Credentials::open(
        settings, ground, CredentialParts{*accounts_, metered_hasher_, hash_pool_, *events_});
    if (!credentials) return fail(std::move(credentials.error()));
    credentials_ = std::move(*credentials);
    vouch_.tokens = std::make_unique<authn::TokenCheck>(
        credentials_->store(), ground.clock, ground.entropy,
        [&metrics = ground.metrics](std::string_view issuer, std::string_view result) {
            count_token(metrics, issuer, result);
        });
    vouch_.certificates = std::make_unique<authn::CertificateCheck>(credentials_->store(), ground.clock);
    return {};
}

Result<void, StartFault> Keeper::open_queue(const settings::Snapshot& settings, Ground& ground) {
    store::RocksQueueOptions options;
    options.directory = settings.storage.path + "/spool";
    options.message_limit = settings.limits.message_size;
    options.on_sync = [&took = ground.metrics.histogram(observe::metric::kQueueFsync, {})](
                          std::chrono::duration<double> span) { took.observe(span.count()); };
    auto opened =
        store::RocksQueue::open(options, {ground.clock, ground.ids, *events_, disk_pool_});
    if (!opened) {
        using Kind = store::SpoolFault::Kind;
        return fail(opened.error().kind == Kind::busy ? StartFault::taken(opened.error().message)
                                                      : StartFault::failed(opened.error().message));
    }
    queue_ = std::move(*opened);
    for (const auto& sentence : queue_->report().damage) {
        ground.log.write(observe::Level::error, sentence);
    }
    return {};
}

}  // namespace signet::app
