#include "store/recent_accounts.h"

#include <utility>

namespace signet::store {

std::optional<identity::Account> RecentAccounts::find(const std::string& name,
                                                      std::uint64_t as_of) {
    const auto now = clock_.steady();
    const std::lock_guard lock{mutex_};
    if (as_of != as_of_) return {};
    const auto found = known_.find(name);
    if (found == known_.end()) return {};
    if (now - found->second.read < kLife) return found->second.account;
    known_.erase(found);
    return {};
}

void RecentAccounts::renew(std::uint64_t as_of) {
    if (as_of > as_of_) {
        known_.clear();
        nobodys_.clear();
    }
    if (known_.size() >= most_) known_.clear();
    if (nobodys_.size() >= most_) nobodys_.clear();
    as_of_ = as_of;
}

// Older than what is here: something has changed while it was read.
void RecentAccounts::keep(std::uint64_t as_of, const identity::Account& account) {
    const auto now = clock_.steady();
    const std::lock_guard lock{mutex_};
    if (as_of < as_of_) return;
    renew(as_of);
    known_.insert_or_assign(account.name, Entry{account, now});
}

bool RecentAccounts::is_nobodys(const std::string& secret, std::uint64_t as_of) {
    const std::lock_guard lock{mutex_};
    return as_of == as_of_ && nobodys_.contains(secret);
}

void RecentAccounts::keep_nobodys(std::uint64_t as_of, const std::string& secret) {
    const std::lock_guard lock{mutex_};
    if (as_of < as_of_) return;
    renew(as_of);
    nobodys_.insert(secret);
}

}  // namespace signet::store
