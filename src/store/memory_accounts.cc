#include "store/memory_accounts.h"

#include "base/invariant.h"
#include "base/text.h"
#include "identity/verifiers.h"

#include <algorithm>

namespace signet::store {

using identity::Account;

Task<Result<std::optional<Account>, StoreFault>> MemoryAccounts::find(std::string name) {
    const std::lock_guard lock(mutex_);
    const auto found = accounts_.find(lower(name));
    if (found == accounts_.end()) co_return std::optional<Account>{};
    co_return std::optional<Account>{found->second};
}

Task<Result<std::vector<Account>, StoreFault>> MemoryAccounts::list() {
    const std::lock_guard lock(mutex_);
    std::vector<Account> all;
    all.reserve(accounts_.size());
    for (const auto& [name, account] : accounts_) all.push_back(account);
    co_return all;
}

Task<Result<identity::VerifierCensus, StoreFault>> MemoryAccounts::census() {
    const std::lock_guard lock(mutex_);
    identity::VerifierCensus census;
    for (const auto kind : sasl::proof_kinds()) {
        auto& count = census[kind];
        for (const auto& [name, account] : accounts_)
            identity::count_verifiers(account, kind, count);
    }
    co_return census;
}

// What can be one account's only, and is another's.
bool MemoryAccounts::is_taken(const Account& account) const {
    const auto shares = [](const identity::Credential& a, const identity::Credential& b) {
        return !a.knows_password() && a.kind == b.kind && a.secret == b.secret;
    };
    return std::ranges::any_of(accounts_, [&](const auto& other) {
        return other.first != account.name &&
               std::ranges::any_of(other.second.credentials, [&](const auto& theirs) {
                   return std::ranges::any_of(
                       account.credentials, [&](const auto& ours) { return shares(theirs, ours); });
               });
    });
}

Task<Result<Account, StoreFault>> MemoryAccounts::add(Account account) {
    INVARIANT(identity::fold_account_name(account.name) == account.name, "the name is folded");
    const std::lock_guard lock(mutex_);
    if (accounts_.contains(account.name) || is_taken(account)) co_return fail(StoreFault::conflict);
    if (accounts_.size() >= limit_) co_return fail(StoreFault::full);
    account.revision = ++last_revision_;
    settle(account, nullptr, clock_.wall());
    ++changes_;
    accounts_[account.name] = account;
    co_return account;
}

Task<Result<Account, StoreFault>> MemoryAccounts::update(Account account) {
    const std::lock_guard lock(mutex_);
    const auto found = accounts_.find(account.name);
    const bool current = found != accounts_.end() && found->second.revision == account.revision;
    if (!current || is_taken(account)) co_return fail(StoreFault::conflict);
    account.revision = ++last_revision_;
    settle(account, &found->second, clock_.wall());
    ++changes_;
    found->second = account;
    co_return account;
}

Task<Result<Account, StoreFault>> MemoryAccounts::renew_credentials(Account account) {
    const std::lock_guard lock(mutex_);
    const auto found = accounts_.find(account.name);
    const bool current = found != accounts_.end() && found->second.revision == account.revision;
    if (!current) co_return fail(StoreFault::conflict);
    for (auto& credential : found->second.credentials) {
        const auto* renewed = account.credential(credential.id);
        if (!renewed) continue;
        credential.secret = renewed->secret;
        credential.verifiers = renewed->verifiers;
    }
    co_return account;
}

Task<Result<std::optional<Account>, StoreFault>> MemoryAccounts::owner_of(
    identity::CredentialKind kind, std::string secret) {
    const std::lock_guard lock(mutex_);
    for (const auto& [name, account] : accounts_) {
        for (const auto& credential : account.credentials) {
            if (credential.kind == kind && credential.secret == secret) {
                co_return std::optional<Account>{account};
            }
        }
    }
    co_return std::optional<Account>{};
}

Task<Result<void, StoreFault>> MemoryAccounts::used(std::string account, std::string credential,
                                                    identity::LastUse use) {
    const std::lock_guard lock(mutex_);
    const auto found = accounts_.find(account);
    if (found == accounts_.end()) co_return Result<void, StoreFault>{};
    for (auto& one : found->second.credentials) {
        if (one.id == credential) one.last_use = std::move(use);
    }
    co_return Result<void, StoreFault>{};
}

Task<Result<bool, StoreFault>> MemoryAccounts::remove(std::string name) {
    const std::lock_guard lock(mutex_);
    ++changes_;
    sign_ins_.erase(lower(name));
    co_return accounts_.erase(lower(name)) > 0;
}

Task<Result<bool, StoreFault>> MemoryAccounts::knows(mail::Mailbox mailbox) {
    const auto folded = mailbox.folded();
    const identity::SendAs address{folded.local_part, folded.domain};
    const std::lock_guard lock(mutex_);
    for (const auto& [name, account] : accounts_) {
        if (std::ranges::find(account.send_as, address) != account.send_as.end()) co_return true;
    }
    co_return false;
}

Task<Result<bool, StoreFault>> MemoryAccounts::familiar(std::string account, std::string network,
                                                        WallTime since) {
    const std::lock_guard lock(mutex_);
    const auto known = sign_ins_.find(account);
    if (known == sign_ins_.end()) co_return false;
    const auto found = known->second.find(network);
    co_return found != known->second.end() && found->second > since;
}

Task<Result<void, StoreFault>> MemoryAccounts::signed_in(std::string account, std::string network,
                                                         WallTime now) {
    const std::lock_guard lock(mutex_);
    if (!accounts_.contains(account)) co_return Result<void, StoreFault>{};
    auto& networks = sign_ins_[account];
    networks[std::move(network)] = now;
    if (networks.size() > identity::kFamiliarNetworks) {
        networks.erase(
            std::ranges::min_element(networks, {}, [](auto& one) { return one.second; }));
    }
    co_return Result<void, StoreFault>{};
}

}  // namespace signet::store
