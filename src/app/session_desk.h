// What administrators ask about open sessions, answered by those who are in them.
#pragma once

#include "admin/sessions.h"
#include "submission/presence.h"

namespace signet::app {

class SessionDesk final : public admin::Sessions {
public:
    explicit SessionDesk(submission::Presences& presences) : presences_(presences) {}

    std::vector<admin::OpenSession> list(const std::string& account,
                                         std::size_t most) const override;
    std::size_t count(const std::string& account) const override {
        return presences_.count(account);
    }
    std::size_t end(const std::string& account, const std::string& id) override {
        return presences_.end(account, id);
    }

private:
    submission::Presences& presences_;
};

}  // namespace signet::app
