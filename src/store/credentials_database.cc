#include "store/credentials_database.h"

#include "identity/prepare.h"

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

// What may be checked for real.  nullopt: nothing opens it, and a decoy is checked instead.
std::optional<identity::PasswordFormat> usable_format(
    const std::optional<identity::Account>& account) {
    if (!account) return {};
    auto format = identity::parse_password_format(account->password_hash);
    if (!format) return {};
    return std::move(*format);
}

// Why a right password does not open the account.
std::optional<Refusal> barred(const identity::Account& account) {
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
            .revision = account.revision,
            .limits = account.limits};
}

// Of the kinds there are, an account keeps a verifier for one.
constexpr auto kVerifierKind = sasl::ProofKind::scram_sha256;

}  // namespace

CredentialsDatabase::CredentialsDatabase(identity::AccountSource& accounts,
                                         const identity::PasswordHasher& hasher,
                                         net::WorkerPool& pool, const Clock& clock,
                                         Entropy& entropy, CredentialOptions options)
    : accounts_(accounts),
      hasher_(hasher),
      pool_(pool),
      clock_(clock),
      verifiers_(options.verifiers),
      cache_(clock, entropy, options.cache_life, options.cache_entries) {}

Task<Result<CheckAnswer, StoreFault>> CredentialsDatabase::check(identity::Claim claim,
                                                                 Secret password,
                                                                 Deadline deadline) {
    auto found = co_await look_up(claim.authcid);
    if (!found) co_return fail(found.error());
    const auto format = usable_format(*found);
    const auto forms = identity::password_forms(password);

    if (!format) {
        const auto spent = co_await verify(hasher_.decoy(), forms, deadline);
        if (!spent) co_return fail(spent.error());
        if (!*found) co_return Refused{Refusal::unknown_account, {}};
        co_return Refused{Refusal::no_usable_password, (*found)->name};
    }

    auto account = std::move(**found);
    const bool known = cache_.holds(account, password);
    bool rehash = false;
    if (!known) {
        const auto right = co_await verify(*format, forms, deadline);
        if (!right) co_return fail(right.error());
        if (!*right) co_return Refused{Refusal::bad_password, account.name};
        rehash = hasher_.outdated(*format) || **right != 0;
    }
    if (const auto why = barred(account)) co_return Refused{*why, account.name};
    if (rehash || wants_verifier(account)) {
        account = co_await renewed(std::move(account), password, forms.front(), rehash);
    }
    if (!known) cache_.remember(account, password);
    co_return login_of(account, std::move(claim));
}

Task<Result<std::optional<identity::Account>, StoreFault>> CredentialsDatabase::look_up(
    const std::string& authcid) {
    const auto name = identity::fold_account_name(authcid);
    if (!name) co_return std::optional<Account>{};
    co_return co_await accounts_.find(*name);
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
// the next sign-in.
bool CredentialsDatabase::wants_verifier(const Account& account) const {
    return verifiers_ != nullptr && verifiers_->outdated(account) && pool_.waiting() == 0;
}

// Never in the way of a sign-in: if the pool is busy, the store is full, or somebody has changed
// the account in the meantime (conflict), what is stored serves until the next time.
Task<identity::Account> CredentialsDatabase::renewed(Account account, const Secret& password,
                                                     const Secret& form, bool rehash) {
    auto changed = account;
    const bool verifier = wants_verifier(account);
    const bool ran = co_await pool_.run([&] {
        if (rehash) {
            if (auto hash = hasher_.hash(form.reveal())) changed.password_hash = std::move(*hash);
        }
        if (verifier) {
            changed.scram_sha256 = verifiers_->make(kVerifierKind, account.name, password);
        }
    });
    const bool made = changed.password_hash != account.password_hash ||
                      changed.scram_sha256 != account.scram_sha256;
    if (!ran || !made) co_return account;
    auto stored = co_await accounts_.renew_credentials(std::move(changed));
    if (!stored) co_return account;
    co_return std::move(*stored);
}

Task<Result<identity::ProofCovers, StoreFault>> CredentialsDatabase::proof_covers() {
    if (verifiers_ == nullptr || !verifiers_->kept()) co_return identity::ProofCovers{};
    const auto census = co_await accounts_.census();
    if (!census) co_return fail(census.error());
    co_return identity::ProofCovers{{kVerifierKind, census->without}};
}

// The same steps for every login: one look-up, one count, one decoy.
Task<Result<CredentialsDatabase::Shown, StoreFault>> CredentialsDatabase::shown_for(
    const std::string& authcid, sasl::ProofKind kind) {
    if (verifiers_ == nullptr || !sasl::scram_hash(kind)) co_return fail(StoreFault::unavailable);
    auto found = co_await look_up(authcid);
    if (!found) co_return fail(found.error());
    const auto census = co_await accounts_.census();
    if (!census) co_return fail(census.error());
    const auto name = identity::fold_account_name(authcid).value_or(authcid);
    auto decoy = verifiers_->decoy(kind, name, *census);
    auto own = identity::parse_scram_verifier(*found ? (*found)->scram_sha256 : std::string{});
    const bool genuine = own && own->kind == kind;
    co_return Shown{std::move(*found), genuine ? std::move(*own) : std::move(decoy), genuine};
}

Task<Result<identity::Salt, StoreFault>> CredentialsDatabase::salt(std::string authcid,
                                                                   sasl::ProofKind kind, Deadline) {
    auto shown = co_await shown_for(authcid, kind);
    if (!shown) co_return fail(shown.error());
    co_return identity::Salt{std::move(shown->verifier.salt), shown->verifier.iterations,
                             shown->account ? shown->account->name : std::string{}};
}

Task<Result<identity::ProofAnswer, StoreFault>> CredentialsDatabase::check_proof(
    identity::Proof proof, Deadline) {
    auto shown = co_await shown_for(proof.claim.authcid, proof.kind);
    if (!shown) co_return fail(shown.error());
    auto signature = identity::check_scram_proof(shown->verifier, proof.auth_message, proof.proof);
    const auto& account = shown->account;
    if (!account) co_return identity::ProofAnswer{Refused{Refusal::unknown_account, {}}};
    if (!shown->genuine) {
        co_return identity::ProofAnswer{Refused{Refusal::no_usable_password, account->name}};
    }
    if (!signature) co_return identity::ProofAnswer{Refused{Refusal::bad_password, account->name}};
    if (const auto why = barred(*account)) {
        co_return identity::ProofAnswer{Refused{*why, account->name}};
    }
    co_return identity::ProofAnswer{login_of(*account, std::move(proof.claim)),
                                    std::move(*signature)};
}

Task<Result<CheckAnswer, StoreFault>> CredentialsDatabase::vouched(identity::Claim claim,
                                                                   std::string account, Deadline) {
    const auto found = co_await look_up(account);
    if (!found) co_return fail(found.error());
    if (!*found) co_return Refused{Refusal::unknown_account, {}};
    if (const auto why = barred(**found)) co_return Refused{*why, (*found)->name};
    co_return login_of(**found, std::move(claim));
}

Task<Result<std::string, StoreFault>> CredentialsDatabase::account_of(std::string authcid) {
    auto found = co_await look_up(authcid);
    if (!found) co_return fail(found.error());
    co_return *found ? std::move((*found)->name) : std::string{};
}

Task<Result<bool, StoreFault>> CredentialsDatabase::still_stands(Login login) {
    const auto account = co_await accounts_.find(login.account);
    if (!account) co_return fail(account.error());
    co_return *account && !barred(**account) && (*account)->revision == login.revision;
}

}  // namespace signet::store
