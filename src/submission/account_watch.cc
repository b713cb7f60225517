#include "submission/account_watch.h"

namespace signet::submission {

void AccountWatch::begin() {
    seen_ = store_.generation();
    token_was_good_ = ask_again_ = clock_.steady();
}

Task<AccountWatch::Finding> AccountWatch::look(const identity::Login& login) {
    // The settings vouch for a trusted network, and a session keeps the settings it began with.
    if (login.is_network()) co_return Finding::unchanged;
    const auto account = co_await look_at_account(login);
    const auto& proven = login.proven();
    if (account == Finding::changed || proven.basis.token.empty() || tokens_ == nullptr) {
        co_return account;
    }
    co_return co_await token_holds(proven) ? account : Finding::changed;
}

// The number is taken before the account is: a change in between moves it again.
Task<AccountWatch::Finding> AccountWatch::look_at_account(const identity::Login& login) {
    const auto now = store_.generation();
    if (now == seen_) co_return Finding::unchanged;
    auto stands = co_await store_.still_stands(login);
    if (stands && *stands && login.actor) stands = co_await store_.still_stands(*login.actor);
    if (!stands) co_return Finding::unknown;
    if (!*stands) co_return Finding::changed;
    seen_ = now;
    co_return Finding::unchanged;
}

// An issuer that is down must not end everybody's session, nor keep one open for ever whose token
// was taken back.
Task<bool> AccountWatch::token_holds(const identity::Login& login) {
    using State = identity::TokenStanding::State;
    if (clock_.steady() < ask_again_) co_return true;
    const auto standing = co_await tokens_->still_good(login);
    const auto now = clock_.steady();
    ask_again_ = now + standing.ask_again;
    if (standing.state == State::good) token_was_good_ = now;
    if (standing.state == State::unknown) co_return now - token_was_good_ < standing.outage;
    co_return standing.state == State::good;
}

}  // namespace signet::submission
