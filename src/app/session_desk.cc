#include "app/session_desk.h"

#include <algorithm>

namespace signet::app {

// The longest signed in comes first.
std::vector<admin::OpenSession> SessionDesk::list(const std::string& account,
                                                  std::size_t most) const {
    std::vector<admin::OpenSession> all;
    for (auto& seen : presences_.list(account, most)) {
        all.push_back({.id = std::move(seen.session),
                       .account = std::move(seen.account),
                       .actor = std::move(seen.actor),
                       .credential = std::move(seen.credential),
                       .mechanism = std::move(seen.mechanism),
                       .client = std::move(seen.client),
                       .tls = std::move(seen.tls),
                       .listener = std::move(seen.listener),
                       .since = seen.since,
                       .messages = seen.messages});
    }
    std::ranges::sort(all, {}, &admin::OpenSession::since);
    return all;
}

}  // namespace signet::app
