#include "store/recent_uses.h"

namespace signet::store {

bool RecentUses::is_news(std::string_view account, std::string_view credential,
                         const identity::LastUse& use) {
    std::string key{account};
    (key += '\0') += credential;
    const std::lock_guard lock(mutex_);
    const auto known = written_.find(key);
    const auto same_but_for_time = [&](const identity::LastUse& old) {
        return old.client == use.client && old.mechanism == use.mechanism && old.tls == use.tls;
    };
    if (known != written_.end() && same_but_for_time(known->second) &&
        use.time < known->second.time + kAccuracy) {
        return false;
    }
    if (written_.size() >= kMost) written_.clear();
    written_[std::move(key)] = use;
    return true;
}

}  // namespace signet::store
