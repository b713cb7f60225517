// How routes sign in at their smart hosts: where their tokens come from, what an administrator is
// told when that fails, and what he may try.
#pragma once

#include "admin/sign_ins.h"
#include "app/ground.h"
#include "app/keeper.h"
#include "app/token_vault.h"
#include "net/slot.h"
#include "relay/next_hop.h"
#include "relay/token_source.h"
#include "settings/snapshot.h"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace signet::app {

// What is referred to outlives it.  It outlives the sources.
class RouteAccess final : public admin::RouteSignIns {
public:
    RouteAccess(const std::string& storage_path, Ground& ground, Keeper& keeper);

    // Settings are read anew: begin(), then tokens_of() and add() for each route that signs in,
    // then put_in_force(), or nothing.  From one thread at a time.
    void begin() { next_ = {}; }
    // The source in force, if nothing about it has changed: what it has asked for stays good, and
    // two sources would redeem one refresh token.  The fault is a sentence.
    Result<std::shared_ptr<relay::TokenSource>, std::string> tokens_of(
        const settings::RouteSettings& route);
    void add(const settings::RouteSettings& route, std::vector<relay::NextHop> hosts);
    relay::Salting& salting() { return salting_; }
    void put_in_force();

    // Keeps logins alive and warns of secrets that end; runs until the drain.
    Task<void> tend();

    Task<Result<admin::LoginBegun, admin::Fault>> begin_login(std::string route) override;
    Task<Result<std::optional<std::chrono::seconds>, admin::Fault>> poll_login(
        std::string route) override;
    Task<Result<admin::SignInTrial, admin::Fault>> try_sign_in(std::string route) override;

private:
    struct Way {
        std::string user;
        std::optional<settings::OauthSettings> oauth;
        std::shared_ptr<relay::TokenSource> tokens;  // null: it signs in by a password
        std::vector<relay::NextHop> hosts;
    };
    using Ways = std::map<std::string, Way>;

    relay::TokenParts parts_for(std::shared_ptr<net::HttpClient> client);
    void count_from_zero(const std::string& route);
    void tell(const relay::TokenNews& news);
    void record(std::string event, const std::string& route, const std::string& reason,
                std::string detail, audit::Severity severity);
    static std::optional<WallTime> end_of(const Way& way);
    void warn_of_secret(const std::string& route, const Way& way);
    Result<Way, admin::Fault> way_of(const std::string& route, bool of_a_person) const;

    Ground& ground_;
    Keeper& keeper_;
    FileVault vault_;
    relay::Salting salting_;
    Ways next_;  // of the thread that reads settings
    net::Slot<Ways> in_force_;
    std::map<std::string, WallTime> warned_;  // of tend(): when last, by route
    relay::Connect connect_ = net::connect;
};

}  // namespace signet::app
