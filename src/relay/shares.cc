#include "relay/shares.h"

#include <algorithm>
#include <utility>

namespace signet::relay {
namespace {

// Without one part of them, but for the last place.
unsigned all_but(unsigned part, unsigned places) {
    return places > 1 ? places - (places + part - 1) / part : places;
}

}  // namespace

Shares::Shares(unsigned places) : most_(all_but(4, places)), most_on_route_(all_but(8, most_)) {}

Shares::Hold::Hold(Shares& shares, std::vector<Key> keys)
    : shares_(&shares), keys_(std::move(keys)) {
    for (const auto& key : keys_) ++shares_->held_[key];
}

Shares::Hold::~Hold() {
    if (!shares_) return;
    for (const auto& key : keys_) {
        if (--shares_->held_[key] == 0) shares_->held_.erase(key);
    }
}

bool Shares::is_full(const Key& key) const {
    const auto found = held_.find(key);
    return found != held_.end() && found->second >= most(key.of);
}

std::vector<std::string> Shares::full_owners() const {
    std::vector<std::string> names;
    for (const auto& [key, held] : held_) {
        if (key.of == Key::Of::owner && held >= most_) names.push_back(key.name);
    }
    return names;
}

std::optional<Shares::Hold> Shares::take(const std::vector<Key>& keys) {
    if (std::ranges::any_of(keys, [this](const Key& key) { return is_full(key); })) return {};
    return Hold{*this, keys};
}

}  // namespace signet::relay
