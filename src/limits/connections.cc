#include "limits/connections.h"

#include <utility>

namespace signet::limits {

Connections::Place& Connections::Place::operator=(Place&& other) noexcept {
    if (this == &other) return *this;
    give_back();
    owner_ = std::exchange(other.owner_, nullptr);
    network_ = std::move(other.network_);
    return *this;
}

void Connections::Place::give_back() {
    auto* owner = std::exchange(owner_, nullptr);
    if (owner == nullptr) return;
    const std::lock_guard lock{owner->mutex_};
    --owner->open_;
    const auto found = owner->by_network_.find(network_);
    if (--found->second == 0) owner->by_network_.erase(found);
}

Connections::Admission Connections::admit(std::string network) {
    const std::lock_guard lock{mutex_};
    if (open_ >= limits_.total) return {Answer::too_many, {}};
    const auto found = by_network_.find(network);
    const auto from_network = found == by_network_.end() ? 0u : found->second;
    if (from_network >= limits_.per_network) return {Answer::too_many_from_network, {}};
    by_network_[network] = from_network + 1;
    ++open_;
    return {Answer::admitted, Place{*this, std::move(network)}};
}

void Connections::set(ConnectionLimits limits) {
    const std::lock_guard lock{mutex_};
    limits_ = limits;
}

unsigned Connections::open() const {
    const std::lock_guard lock{mutex_};
    return open_;
}

}  // namespace signet::limits
