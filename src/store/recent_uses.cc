#include "store/recent_uses.h"

namespace signet::store {
namespace {

// Neither an account's name nor what follows it has a NUL.
std::string key_of(std::string_view account, std::string_view of) {
    std::string key{account};
    (key += '\0') += of;
    return key;
}

}  // namespace

bool RecentUses::is_news(std::string_view account, std::string_view credential,
                         const identity::LastUse& use) {
    auto key = key_of(account, credential);
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

bool RecentSignIns::knows(std::string_view account, std::string_view network, WallTime now,
                          std::uint64_t generation) {
    const auto key = key_of(account, network);
    const std::lock_guard lock(mutex_);
    if (generation != generation_) return false;
    const auto known = written_.find(key);
    return known != written_.end() && now < known->second + kAccuracy;
}

void RecentSignIns::keep(std::string_view account, std::string_view network, WallTime written,
                         std::uint64_t generation) {
    auto key = key_of(account, network);
    const std::lock_guard lock(mutex_);
    if (generation < generation_) return;
    if (generation > generation_ || written_.size() >= kMost) written_.clear();
    generation_ = generation;
    written_[std::move(key)] = written;
}

}  // namespace signet::store
