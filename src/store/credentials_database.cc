#include "store/credentials_database.h"

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

}  // namespace

CredentialsDatabase::CredentialsDatabase(identity::AccountStore& accounts,
                                         const identity::PasswordHasher& hasher,
                                         net::WorkerPool& pool, const Clock& clock,
                                         Entropy& entropy, CredentialOptions options)
    : accounts_(accounts),
      hasher_(hasher),
      pool_(pool),
      clock_(clock),
      cache_(clock, entropy, options.cache_life, options.cache_entries) {}

Task<Result<CheckAnswer, StoreFault>> CredentialsDatabase::check(std::string authcid,
                                                                 Secret password,
                                                                 std::string method,
                                                                 Deadline deadline) {
    auto found = co_await look_up(authcid);
    if (!found) co_return fail(found.error());
    const auto format = usable_format(*found);

    if (!format) {
        const auto spent = co_await verify(hasher_.decoy(), password, deadline);
        if (!spent) co_return fail(spent.error());
        if (!*found) co_return Refused{Refusal::unknown_account, {}};
        co_return Refused{Refusal::no_usable_password, (*found)->name};
    }

    auto account = std::move(**found);
    const bool known = cache_.holds(account, password);
    if (!known) {
        const auto right = co_await verify(*format, password, deadline);
        if (!right) co_return fail(right.error());
        if (!*right) co_return Refused{Refusal::bad_password, account.name};
    }
    if (const auto why = barred(account)) co_return Refused{*why, account.name};
    if (!known) {
        if (hasher_.outdated(*format)) account = co_await renewed(std::move(account), password);
        cache_.remember(account, password);
    }
    co_return Login{account.name, std::move(authcid), std::move(method), {}, account.send_as};
}

Task<Result<std::optional<identity::Account>, StoreFault>> CredentialsDatabase::look_up(
    const std::string& authcid) {
    const auto name = identity::fold_account_name(authcid);
    if (!name) co_return std::optional<Account>{};
    co_return co_await accounts_.find(*name);
}

// The job refers to this coroutine's frame: a WorkerPool always resumes whom it took a job from.
Task<Result<bool, StoreFault>> CredentialsDatabase::verify(const Format& format,
                                                           const Secret& password,
                                                           Deadline deadline) {
    // Whoever waited in the queue until his time was over is not worth a hash any more.
    Result<bool, StoreFault> answer = fail(StoreFault::deadline);
    const bool ran = co_await pool_.run([&] {
        if (deadline.passed(clock_)) return;
        const auto right = hasher_.verify(format, password.reveal());
        if (right)
            answer = *right;
        else
            answer = fail(fault_of(right.error()));
    });
    if (!ran) co_return fail(StoreFault::unavailable);
    co_return answer;
}

// Never in the way of a sign-in: if the pool is busy, the store is full, or somebody has changed
// the account in the meantime (conflict), the old hash serves until the next time.
Task<identity::Account> CredentialsDatabase::renewed(Account account, const Secret& password) {
    auto changed = account;
    bool made = false;
    const bool ran = co_await pool_.run([&] {
        if (auto hash = hasher_.hash(password.reveal())) {
            changed.password_hash = std::move(*hash);
            made = true;
        }
    });
    if (!ran || !made) co_return account;
    auto stored = co_await accounts_.update(std::move(changed));
    if (!stored) co_return account;
    co_return std::move(*stored);
}

}  // namespace signet::store
