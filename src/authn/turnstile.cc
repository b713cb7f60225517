#include "authn/turnstile.h"

#include <optional>

namespace signet::authn {

Turnstile::Place::~Place() {
    if (owner_ != nullptr) owner_->leave(network_);
}

Task<Turnstile::Place> Turnstile::enter(std::string network, unsigned width) {
    co_await net::suspend_until_woken([&](net::Wakeup wakeup) {
        {
            const std::lock_guard lock{mutex_};
            auto& row = rows_[network];
            if (row.inside >= width) {  // woken by whoever hands over his place
                row.waiting.push_back(std::move(wakeup));
                return;
            }
            ++row.inside;
        }
        wakeup();
    });
    co_return Place{*this, std::move(network)};
}

void Turnstile::leave(const std::string& network) {
    std::optional<net::Wakeup> next;
    {
        const std::lock_guard lock{mutex_};
        const auto found = rows_.find(network);
        auto& row = found->second;
        if (!row.waiting.empty()) {  // the place passes on
            next = std::move(row.waiting.front());
            row.waiting.pop_front();
        } else if (--row.inside == 0) {
            rows_.erase(found);
        }
    }
    if (next) (*next)();
}

}  // namespace signet::authn
