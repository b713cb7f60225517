#include "net/ticket_keys.h"

#include "base/invariant.h"
#include "base/secret.h"

#include <algorithm>

namespace signet::net {

TicketKey::~TicketKey() {
    wipe(cipher.data(), cipher.size());
    wipe(mac.data(), mac.size());
}

TicketKeys::TicketKeys(const Clock& clock, Entropy& entropy, std::chrono::seconds life)
    : clock_(clock), entropy_(entropy), life_(life), current_(make()) {
    INVARIANT(life.count() > 0, "a ticket key lives for a while");
}

TicketKey TicketKeys::make() {
    TicketKey key;
    entropy_.fill(key.name);
    entropy_.fill(key.cipher);
    entropy_.fill(key.mac);
    key.born = clock_.steady();
    return key;
}

void TicketKeys::rotate_if_due() {
    const auto now = clock_.steady();
    if (now - current_.born >= life_) {
        previous_ = current_;
        current_ = make();
    }
    // Nothing was sealed for long: even the last key may be past its second life.
    if (previous_ && now - previous_->born >= 2 * life_) previous_.reset();
}

TicketKey TicketKeys::for_sealing() {
    const std::lock_guard lock(mutex_);
    rotate_if_due();
    return current_;
}

std::optional<TicketKeys::Found> TicketKeys::for_opening(std::span<const std::uint8_t> name) {
    const std::lock_guard lock(mutex_);
    rotate_if_due();
    if (std::ranges::equal(name, current_.name)) return Found{current_, true};
    if (previous_ && std::ranges::equal(name, previous_->name)) return Found{*previous_, false};
    return std::nullopt;
}

}  // namespace signet::net
