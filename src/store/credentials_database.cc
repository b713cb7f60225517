#include "store/credentials_database.h"

#include "base/invariant.h"
#include "crypto/digest.h"
#include "identity/credential_policy.h"
#include "identity/prepare.h"

#include <algorithm>
#include <utility>

namespace signet::store {

using identity::CheckAnswer;
using identity::Login;
using identity::Refusal;
using identity::Refused;

namespace {

StoreFault fault_of(crypto::HashFault fault) {
    switch (fault) {
    case crypto::HashFault::no_memory: return StoreFault::unavailable;
    case crypto::HashFault::unusable: return StoreFault::corrupt;
    }
    std::unreachable();
}

// Why a right password does not open the account.
std::optional<Refusal> shut(const identity::Account& account) {
    if (!account.enabled) return Refusal::account_disabled;
    if (!account.may_submit) return Refusal::may_not_submit;
    return {};
}

Login login_of(const identity::Account& account, identity::Claim claim) {
    return {.account = account.name,
            .authcid = std::move(claim.authcid),
            .method = std::move(claim.method),
            .credential_id = {},
            .send_as = account.send_as,
            .limits = account.limits,
            .groups = account.groups};
}

// Other servers keep networks with the password and mean the account (allow_nets of Dovecot's):
// they hold for whoever comes without it, too.
std::optional<Refusal> outside_networks(const identity::Account& account,
                                        const identity::Claim& claim) {
    const auto* password = account.credential(identity::kMainPassword);
    if (password == nullptr) return {};
    return identity::against_policy({.networks = password->policy.networks}, claim);
}

// Of a password that somebody chose; a second one is there while it replaces the first.
constexpr std::size_t kMostHashes = 2;

}  // namespace

CredentialsDatabase::CredentialsDatabase(identity::AccountSource& accounts,
                                         const identity::PasswordHasher& hasher,
                                         net::WorkerPool& pool, const Clock& clock,
                                         Entropy& entropy, CredentialOptions options)
    : accounts_(accounts),
      hasher_(hasher),
      pool_(pool),
      clock_(clock),
      options_(std::move(options)),
      cache_(clock, entropy, options_.cache_life, options_.cache_entries) {}

Task<Result<CheckAnswer, StoreFault>> CredentialsDatabase::check(identity::Claim claim,
                                                                 Secret password,
                                                                 Deadline deadline) {
    auto found = co_await look_up(claim.authcid);
    if (!found) co_return fail(found.error());
    if (!*found) {
        const auto spent =
            co_await verify(hasher_.decoy(), identity::password_forms(password), deadline);
        if (!spent) co_return fail(spent.error());
        co_return Refused{Refusal::unknown_account, {}};
    }
    auto account = std::move(**found);
    auto right = co_await open(account, password, deadline);
    if (!right) co_return fail(right.error());
    if (!*right) {
        const bool hopeless = std::ranges::none_of(account.credentials, [&](const auto& one) {
            return one.kind == identity::CredentialKind::app_password || usable_format(one);
        });
        co_return Refused{hopeless ? Refusal::no_usable_password : Refusal::bad_password,
                          account.name};
    }
    const auto& credential = *account.credential((*right)->credential);
    if (auto why = barred(account, credential, claim)) co_return std::move(*why);
    const auto id = credential.id;
    const bool known = (*right)->known;
    account = co_await renewed(std::move(account), std::move(**right), password);
    const auto& hash = account.credential(id)->secret;
    if (!known && !hash.empty()) cache_.remember(account, hash, password);
    co_return co_await conclude(std::move(account), id, std::move(claim));
}

// Whoever is let in, his sign-in is noted, and written down behind his back.
Task<CheckAnswer> CredentialsDatabase::conclude(Account account, std::string credential,
                                                identity::Claim claim) {
    const identity::LastUse use{clock_.wall(), claim.client, claim.method, claim.tls};
    co_await accounts_.used(account.name, credential, use);
    auto login = login_of(account, std::move(claim));
    const auto* of = account.credential(credential);
    INVARIANT(of != nullptr, "the credential that was right is the account's");
    login.send_as = identity::senders_within(of->policy, account.send_as);
    login.recipient_domains = of->policy.recipient_domains;
    login.credential_limits = of->policy.limits;
    login.basis.standing = identity::standing_of(account, of);
    login.credential_id = std::move(credential);
    co_return login;
}

std::optional<Refused> CredentialsDatabase::barred(const Account& account,
                                                   const Credential& credential,
                                                   const identity::Claim& claim) const {
    auto why = shut(account);
    if (!why && credential.state != identity::CredentialState::active) {
        why = Refusal::credential_revoked;
    }
    if (!why && !credential.stands(clock_.wall())) why = Refusal::credential_expired;
    if (!why && app_passwords_only_ && credential.kind == identity::CredentialKind::password) {
        why = Refusal::app_password_required;
    }
    if (!why && too_old(credential)) why = Refusal::password_too_old;
    if (!why) why = identity::against_policy(credential.policy, claim);
    if (!why) return {};
    return Refused{*why, account.name, {}, credential.id};
}

bool CredentialsDatabase::too_old(const Credential& credential) const {
    using Kind = identity::CredentialKind;
    std::chrono::seconds most{0};
    if (credential.kind == Kind::password) most = oldest_;
    if (credential.kind == Kind::app_password) most = oldest_app_password_;
    return most > std::chrono::seconds{0} && clock_.wall() - credential.created >= most;
}

// An app password is found by its digest; else the hashes of the passwords are tried, and where
// there is none, a decoy is.
Task<Result<std::optional<CredentialsDatabase::Right>, StoreFault>> CredentialsDatabase::open(
    const Account& account, const Secret& password, Deadline deadline) {
    using Answer = std::optional<Right>;
    if (options_.app_passwords != nullptr) {
        const auto digest = options_.app_passwords->digest(account.name, password);
        for (const auto& one : account.credentials) {
            if (one.kind == identity::CredentialKind::app_password && !digest.empty() &&
                crypto::equal_in_constant_time(one.secret, digest)) {
                co_return Answer{{.credential = one.id, .known = true}};
            }
        }
    }
    const auto forms = identity::password_forms(password);
    std::size_t tried = 0;
    for (const auto& one : account.credentials) {
        if (tried == kMostHashes) continue;
        const auto format = usable_format(one);
        if (!format) continue;
        if (cache_.holds(account, one.secret, password)) {
            co_return Answer{{.credential = one.id, .hash = one.secret, .known = true}};
        }
        ++tried;
        const auto form = co_await verify(*format, forms, deadline);
        if (!form) co_return fail(form.error());
        if (!*form) continue;
        co_return Answer{{.credential = one.id,
                          .hash = one.secret,
                          .rehash = hasher_.outdated(*format) || **form != 0}};
    }
    if (tried == 0) {
        const auto spent = co_await verify(hasher_.decoy(), forms, deadline);
        if (!spent) co_return fail(spent.error());
    }
    co_return Answer{};
}

std::optional<identity::PasswordFormat> CredentialsDatabase::usable_format(
    const Credential& credential) const {
    if (credential.kind != identity::CredentialKind::password) return {};
    auto format = options_.foreign
                      ? identity::parse_foreign_format(credential.secret, *options_.foreign)
                      : identity::parse_password_format(credential.secret);
    if (!format) return {};
    return std::move(*format);
}

Task<Result<std::optional<identity::Account>, StoreFault>> CredentialsDatabase::look_up(
    const std::string& authcid) {
    const auto name = identity::fold_account_name(authcid);
    if (!name) co_return std::optional<Account>{};
    co_return co_await accounts_.find_to_check(*name);
}

// The job refers to this coroutine's frame: a WorkerPool always resumes whom it took a job from.
Task<Result<std::optional<std::size_t>, StoreFault>> CredentialsDatabase::verify(
    const Format& format, const std::vector<Secret>& forms, Deadline deadline) {
    // Whoever waited in the queue until his time was over is not worth a hash any more.
    Result<std::optional<std::size_t>, StoreFault> answer = fail(StoreFault::deadline);
    const bool ran = co_await pool_.run([&] {
        if (deadline.passed(clock_)) return;
        answer = std::optional<std::size_t>{};
        for (std::size_t i = 0; i < forms.size(); ++i) {
            const auto right = hasher_.verify(format, forms[i].reveal());
            if (!right) answer = fail(fault_of(right.error()));
            if (right && *right) answer = i;
            if (!right || *right) return;
        }
    });
    if (!ran) co_return fail(StoreFault::unavailable);
    co_return answer;
}

// A verifier costs a few hashes' time: it is made when nobody waits for one, and a busy pool means
// the next sign-in.  An app password has had its own since it was made.
bool CredentialsDatabase::wants_verifier(const Account& account,
                                         const Credential& credential) const {
    return options_.verifiers != nullptr && !options_.read_only &&
           credential.kind == identity::CredentialKind::password &&
           options_.verifiers->outdated(account, credential) && pool_.waiting() == 0;
}

// Never in the way of a sign-in: if the pool is busy, the store is full, or somebody has changed
// the account in the meantime (conflict), what is stored serves until the next time.
Task<identity::Account> CredentialsDatabase::renewed(Account account, Right right,
                                                     const Secret& password) {
    auto changed = account;
    auto& credential = *std::ranges::find(changed.credentials, right.credential, &Credential::id);
    const bool verifier = wants_verifier(account, credential);
    right.rehash = right.rehash && !options_.read_only;
    if (!right.rehash && !verifier) co_return account;
    const auto before = credential;
    const bool ran = co_await pool_.run([&] {
        const auto forms = identity::password_forms(password);
        if (right.rehash) {
            if (auto hash = hasher_.hash(forms.front().reveal())) {
                credential.secret = std::move(*hash);
            }
        }
        if (verifier) options_.verifiers->renew(changed, credential, password);
    });
    const bool made =
        credential.secret != before.secret || credential.verifiers != before.verifiers;
    if (!ran || !made) co_return account;
    auto stored = co_await accounts_.renew_credentials(std::move(changed));
    if (!stored) co_return account;
    co_return std::move(*stored);
}

Task<Result<CheckAnswer, StoreFault>> CredentialsDatabase::vouched(identity::Claim claim,
                                                                   std::string account, Deadline) {
    const auto found = co_await look_up(account);
    if (!found) co_return fail(found.error());
    if (!*found) co_return Refused{Refusal::unknown_account, {}};
    auto why = shut(**found);
    if (!why && options_.foreign) why = outside_networks(**found, claim);
    if (why) co_return Refused{*why, (*found)->name};
    auto login = login_of(**found, std::move(claim));
    login.basis.standing = identity::standing_of(**found, nullptr);
    co_return login;
}

Task<Result<CheckAnswer, StoreFault>> CredentialsDatabase::holder(identity::Claim claim,
                                                                  identity::CredentialKind kind,
                                                                  std::string secret, Deadline) {
    auto found = co_await accounts_.owner_of(kind, secret);
    if (!found) co_return fail(found.error());
    const auto is_it = [&](const Credential& one) {
        return one.kind == kind && one.secret == secret;
    };
    const auto* of = *found ? &(*found)->credentials : nullptr;
    const auto credential = of ? std::ranges::find_if(*of, is_it) : decltype(of->begin()){};
    if (!of || credential == of->end()) co_return Refused{Refusal::unknown_account, {}};
    if (auto why = barred(**found, *credential, claim)) co_return std::move(*why);
    if (claim.authcid.empty()) claim.authcid = (*found)->name;
    auto id = credential->id;
    co_return co_await conclude(std::move(**found), std::move(id), std::move(claim));
}

Task<Result<std::string, StoreFault>> CredentialsDatabase::account_of(std::string authcid) {
    auto found = co_await look_up(authcid);
    if (!found) co_return fail(found.error());
    co_return *found ? std::move((*found)->name) : std::string{};
}

Task<Result<bool, StoreFault>> CredentialsDatabase::still_stands(Login login) {
    const auto account = co_await accounts_.find(login.account);
    if (!account) co_return fail(account.error());
    if (!*account || shut(**account)) co_return false;
    if (login.credential_id.empty()) {
        co_return identity::standing_of(**account, nullptr) == login.basis.standing;
    }
    const auto* credential = (*account)->credential(login.credential_id);
    co_return credential && credential->stands(clock_.wall()) &&
        identity::standing_of(**account, credential) == login.basis.standing;
}

}  // namespace signet::store
