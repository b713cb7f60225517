#include "cli/offline_link.h"

#include "admin/endpoint.h"
#include "app/block_on.h"
#include "app/breached.h"
#include "app/carrier.h"
#include "app/keeper.h"
#include "base/errno_text.h"
#include "net/local_users.h"

#include <grp.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

namespace signet::cli {
namespace {

constexpr int kTaken = 75;  // as app::StartFault says it

Exit exit_of(admin::Fault::Kind kind) {
    switch (kind) {
    case admin::Fault::Kind::usage: return Exit::usage;
    case admin::Fault::Kind::not_allowed: return Exit::not_allowed;
    case admin::Fault::Kind::not_found: return Exit::not_found;
    case admin::Fault::Kind::conflict: return Exit::conflict;
    case admin::Fault::Kind::try_later: return Exit::try_later;
    case admin::Fault::Kind::failed: return Exit::failed;
    }
    std::unreachable();
}

// Nobody signs in: a directory that is down, or a broken file, is in nobody's way.
settings::Snapshot without_stores(settings::Snapshot settings) {
    settings.stores.clear();
    return settings;
}

class OfflineLink final : public Link {
public:
    OfflineLink(settings::Snapshot settings, audit::Actor actor)
        : settings_(without_stores(std::move(settings))),
          actor_(std::move(actor)),
          ground_(settings_) {}

    std::optional<LinkFault> open() {
        auto keeper = app::Keeper::open(settings_, ground_);
        if (!keeper) {
            const auto& fault = keeper.error();
            return LinkFault{fault.exit == kTaken ? Exit::unreachable : Exit::failed,
                             fault.sentence};
        }
        keeper_ = std::move(*keeper);
        carrier_ = std::make_unique<app::Carrier>(settings_, ground_, *keeper_);  // never started
        io_.start();
        return {};
    }

    ~OfflineLink() override { io_.stop(); }

    Result<std::string, LinkFault> ask(Secret line, const Take& take) override {
        auto text = line.reveal();
        if (text.ends_with('\n')) text.remove_suffix(1);
        auto request = admin::parse_request(text);
        if (!request) return fail(LinkFault{Exit::usage, request.error()});
        request->actor = actor_;
        const admin::Services services{
            keeper_->accounts(),
            keeper_->queue(),
            keeper_->audit(),
            {keeper_->hasher(), keeper_->hash_pool(), &keeper_->credentials().verifiers(),
             &keeper_->credentials().app_passwords(), &breached_},
            ground_.clock,
            ground_.entropy,
            ground_.ids,
            [] { return admin::Status{.version = {}, .listeners = {}}; },
            {},
            {.bans = &keeper_->credentials().bans()},
            [this] { return std::make_shared<const settings::Snapshot>(settings_); },
            {[this](queue::QueueId id, audit::Event by) {
                return carrier_->give_up(std::move(id), std::move(by));
            }}};
        auto outcome = app::block_on(io_, admin::answer(services, std::move(*request)));
        if (!outcome) {
            return fail(LinkFault{exit_of(outcome.error().kind), outcome.error().message});
        }
        for (const auto& item : outcome->items) take(item);
        return std::move(outcome->done);
    }

private:
    settings::Snapshot settings_;
    audit::Actor actor_;
    app::Ground ground_;
    std::unique_ptr<app::Keeper> keeper_;
    std::unique_ptr<app::Carrier> carrier_;
    const store::BreachedFile breached_{[this] { return app::breached_place(settings_); }};
    net::IoThreads io_{1};
};

std::optional<LinkFault> become_owner(const std::string& path) {
    struct stat status{};
    if (::stat(path.c_str(), &status) != 0) {
        return LinkFault{Exit::unreachable, "no server runs, and there is nothing at " + path +
                                                " yet: " + errno_text(errno)};
    }
    if (status.st_uid == ::geteuid()) return {};
    if (::geteuid() != 0) {
        return LinkFault{Exit::not_allowed,
                         "no server runs, and " + path + " belongs to another user"};
    }
    if (::setgroups(0, nullptr) != 0 || ::setgid(status.st_gid) != 0 ||
        ::setuid(status.st_uid) != 0) {
        return LinkFault{Exit::failed, std::string{"cannot become the owner of "} + path + ": " +
                                           errno_text(errno)};
    }
    return {};
}

}  // namespace

Result<std::unique_ptr<Link>, LinkFault> open_offline(settings::Snapshot settings) {
    const auto uid = ::getuid();
    audit::Actor actor{std::to_string(uid), net::user_name(uid), "cli"};
    if (auto fault = become_owner(settings.storage.path)) return fail(std::move(*fault));
    settings.log.level = "error";  // the log is for the server's own; this is somebody's terminal
    auto link = std::make_unique<OfflineLink>(std::move(settings), std::move(actor));
    if (auto fault = link->open()) return fail(std::move(*fault));
    return link;
}

}  // namespace signet::cli
