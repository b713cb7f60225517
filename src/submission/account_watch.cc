#include "submission/account_watch.h"

namespace signet::submission {

void AccountWatch::begin() {
    seen_ = store_.generation();
    token_was_good_ = ask_again_ = clock_.steady();
    if (vouchers_.certificates != nullptr) trusted_ = vouchers_.certificates->generation();
}

Task<AccountWatch::Finding> AccountWatch::look(const identity::Login& login) {
    // The settings vouch for a trusted network, and a session keeps the settings it began with.
    if (login.is_network()) co_return Finding::unchanged;
    const auto account = co_await look_at_account(login);
    const auto& proven = login.proven();
    if (account == Finding::changed) co_return account;
    if (proven.basis.certificate) {
        const auto certificate = co_await look_at_certificate(proven);
        co_return certificate == Finding::unchanged ? account : certificate;
    }
    if (proven.basis.token.empty() || vouchers_.tokens == nullptr) co_return account;
    co_return co_await token_holds(proven) ? account : Finding::changed;
}

Task<AccountWatch::Finding> AccountWatch::look_at_certificate(const identity::Login& login) {
    constexpr std::chrono::minutes kLook{1};
    auto* certificates = vouchers_.certificates;
    if (certificates == nullptr) co_return Finding::unchanged;
    const auto trusted = certificates->generation();
    if (trusted == trusted_ && clock_.steady() < ask_again_) co_return Finding::unchanged;
    const auto good = co_await certificates->still_good(login);
    if (!good) co_return Finding::unknown;
    if (!*good) co_return Finding::changed;
    trusted_ = trusted;
    ask_again_ = clock_.steady() + kLook;
    co_return Finding::unchanged;
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
    const auto standing = co_await vouchers_.tokens->still_good(login);
    const auto now = clock_.steady();
    ask_again_ = now + standing.ask_again;
    if (standing.state == State::good) token_was_good_ = now;
    if (standing.state == State::unknown) co_return now - token_was_good_ < standing.outage;
    co_return standing.state == State::good;
}

}  // namespace signet::submission
