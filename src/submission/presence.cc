#include "submission/presence.h"

#include "base/invariant.h"

#include <bit>

namespace signet::submission {
namespace {

bool is_of(const identity::Login& login, std::string_view account) {
    return account.empty() || login.account == account || login.proven().account == account;
}

Seen seen(const Session& session, WallTime since, std::uint32_t messages) {
    const auto& login = *session.login;
    return {.session = session.id,
            .account = login.account,
            .actor = login.actor ? login.actor->account : std::string{},
            .credential = login.proven().credential_id,
            .mechanism = login.method,
            .client = session.peer.text(),
            .tls = session.tls ? session.tls->version : std::string{},
            .listener = session.listener,
            .since = since,
            .messages = messages};
}

}  // namespace

// Calls `visit` under the lock of each shelf in turn, until it answers false.
template <class Visit>
void Presences::each(std::string_view account, Visit visit) const {
    for (const auto& shelf : shelves_) {
        const std::lock_guard lock{shelf.mutex};
        for (auto* one = shelf.first; one != nullptr; one = one->behind_) {
            if (!is_of(*one->session_->login, account)) continue;
            if (!visit(*one)) return;
        }
    }
}

std::vector<Seen> Presences::list(std::string_view account, std::size_t most) const {
    std::vector<Seen> all;
    each(account, [&](const Presence& one) {
        if (all.size() == most) return false;
        all.push_back(seen(*one.session_, one.since_, one.messages_.load()));
        return true;
    });
    return all;
}

std::size_t Presences::count(std::string_view account) const {
    std::size_t count = 0;
    each(account, [&](const Presence&) { return ++count, true; });
    return count;
}

std::size_t Presences::end(std::string_view account, std::string_view session) {
    std::size_t ended = 0;
    each(account, [&](Presence& one) {
        if (!session.empty() && one.session_->id != session) return true;
        one.ended_ = true;
        ++ended;
        return true;
    });
    return ended;
}

// By its address: sessions that come one after the other are on different shelves.
Presences::Shelf& Presence::shelf() const {
    const auto place = std::bit_cast<std::uintptr_t>(this) / sizeof(Presence);
    return all_->shelves_[place * 0x9E3779B97F4A7C15u >> 60];
}

void Presence::enter(const Session& session, WallTime now) {
    if (all_ == nullptr || session_ != nullptr || !session.login) return;
    auto& on = shelf();
    since_ = now;
    messages_ = 0;
    ended_ = false;
    const std::lock_guard lock{on.mutex};
    session_ = &session;
    behind_ = on.first;
    if (behind_ != nullptr) behind_->before_ = this;
    on.first = this;
}

void Presence::leave() {
    if (session_ == nullptr) return;
    auto& on = shelf();
    const std::lock_guard lock{on.mutex};
    session_ = nullptr;
    if (behind_ != nullptr) behind_->before_ = before_;
    (before_ != nullptr ? before_->behind_ : on.first) = behind_;
    before_ = behind_ = nullptr;
}

}  // namespace signet::submission
