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

void RecentAccounts::keep(std::uint64_t as_of, const identity::Account& account) {
    const auto now = clock_.steady();
    const std::lock_guard lock{mutex_};
    if (as_of < as_of_) return;  // something has changed while it was read
    if (as_of > as_of_ || known_.size() >= most_) known_.clear();
    as_of_ = as_of;
    known_.insert_or_assign(account.name, Entry{account, now});
}

}  // namespace signet::store
