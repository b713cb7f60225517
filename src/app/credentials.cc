#include "app/credentials.h"

#include "app/shelter.h"
#include "audit/timestamp.h"
#include "sasl/mechanism.h"

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
std::vector<sasl::ProofKind> scram_kinds(const settings::AuthSettings& settings) {
    std::vector<sasl::ProofKind> kinds;
    for (const auto& named : settings.mechanisms) {
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

}  // namespace

// One check more than there are threads, so that none of them waits while an answer is counted.
Credentials::Credentials(const settings::Snapshot& settings, Ground& ground, CredentialParts parts)
    : verifiers_(parts.accounts.derive_key("SCRAM salts"), {rounds(settings.auth), {}}),
      app_passwords_(parts.accounts.derive_key("app passwords")),
      database_(parts.accounts, parts.hasher, parts.pool, ground.clock, ground.entropy,
                {.cache_life = settings.auth.cache_life,
                 .verifiers = &verifiers_,
                 .app_passwords = &app_passwords_}),
      guard_(ground.clock, ground.entropy, parts.accounts, tell(ground, parts.audit)),
      guarded_(database_, guard_, settings.auth.hash_threads + 1) {
    take_up(settings);
}

void Credentials::take_up(const settings::Snapshot& settings) {
    guard_.set(settings.guessing, shelter_of(settings));
    verifiers_.keep(scram_kinds(settings.auth));
    database_.take_app_passwords_only(settings.passwords.for_mail == "app-passwords-only");
}

}  // namespace signet::app
