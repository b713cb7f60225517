#include "authn/downgrade_watch.h"

#include "base/text.h"
#include "crypto/digest.h"

#include <cstring>
#include <optional>
#include <utility>

namespace signet::authn {
namespace {

// Nobody finds a client that is taken for another one.
std::uint64_t key_of(const DowngradeWatch::Client& client) {
    const auto digest =
        crypto::sha256(client.account + '\0' + client.network + '\0' + lower(client.ehlo));
    std::uint64_t key = 0;
    std::memcpy(&key, digest.data(), sizeof key);
    return key;
}

// nullopt: it cannot be compared.
std::optional<int> strength(const sasl::Mechanism& mechanism) {
    switch (mechanism.needs) {
    case sasl::Needs::password_check: return 0;
    case sasl::Needs::verifier:
        if (!sasl::scram_hash(mechanism.proof)) return 1;  // CRAM-MD5
        return mechanism.binds ? 3 : 2;
    case sasl::Needs::token:
    case sasl::Needs::certificate: return {};
    }
    std::unreachable();
}

}  // namespace

bool is_weaker(const sasl::Mechanism& b, const sasl::Mechanism& a) {
    const auto now = strength(b), once = strength(a);
    return now && once && *now < *once;
}

const sasl::Mechanism* DowngradeWatch::signed_in(const Client& client, const sasl::Mechanism& now) {
    if (!strength(now)) return nullptr;
    const auto key = key_of(client);
    const std::lock_guard lock{mutex_};
    const sasl::Mechanism* once = nullptr;
    if (const auto found = lately_.find(key); found != lately_.end()) {
        once = std::exchange(found->second, &now);
    } else {
        if (const auto old = before_.find(key); old != before_.end()) once = old->second;
        if (lately_.size() >= most_) before_ = std::exchange(lately_, {});
        lately_.emplace(key, &now);
    }
    return once != nullptr && is_weaker(now, *once) ? once : nullptr;
}

}  // namespace signet::authn
