#include "submission/account_watch.h"

namespace signet::submission {

// The number is taken before the account is: a change in between moves it again.
Task<AccountWatch::Finding> AccountWatch::look(const identity::Login& login) {
    // The settings vouch for a trusted network, and a session keeps the settings it began with.
    if (login.is_network()) co_return Finding::unchanged;
    const auto now = store_.generation();
    if (now == seen_) co_return Finding::unchanged;
    auto stands = co_await store_.still_stands(login);
    if (stands && *stands && login.actor) stands = co_await store_.still_stands(*login.actor);
    if (!stands) co_return Finding::unknown;
    if (!*stands) co_return Finding::changed;
    seen_ = now;
    co_return Finding::unchanged;
}

}  // namespace signet::submission
