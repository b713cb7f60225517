// For tests: everything a session needs, in memory and in virtual time.
//
//   World world;
//   world.signed_in().say("MAIL FROM:<ann@example.com>\r\n").say("QUIT\r\n");
//   EXPECT_THAT(world.serve(), HasSubstr("250 2.1.0"));
#pragma once

#include "base/base64.h"
#include "net/run_task.h"
#include "net/scripted_stream.h"
#include "store/memory_accounts.h"
#include "store/memory_audit.h"
#include "store/memory_queue.h"
#include "store/memory_rates.h"
#include "submission/presence.h"
#include "submission/serve_session.h"

#include <memory>
#include <string>
#include <vector>

namespace signet::submission {

// One account: "ann", who may send as ann@example.com.
class OneAccount final : public identity::CredentialStore {
public:
    Task<Result<identity::CheckAnswer, StoreFault>> check(identity::Claim claim, Secret password,
                                                          Deadline) override {
        ++checks;
        client = claim.client;
        if (fault) co_return fail(*fault);
        if (throttled) co_return identity::Refused{identity::Refusal::throttled, "ann"};
        if (claim.authcid != "ann") {
            co_return identity::Refused{identity::Refusal::unknown_account, ""};
        }
        if (password.reveal() != "secret") {
            co_return identity::Refused{identity::Refusal::bad_password, "ann"};
        }
        co_return identity::Login{.account = "ann",
                                  .authcid = claim.authcid,
                                  .method = claim.method,
                                  .credential_id = {},
                                  .send_as = {{"ann", "example.com"}},
                                  .limits = limits,
                                  .basis = {.standing = std::to_string(revision), .token = token}};
    }
    Task<Result<std::string, StoreFault>> account_of(std::string authcid) override {
        co_return authcid == "ann" ? "ann" : "";
    }
    std::uint64_t generation() const override { return changes; }
    Task<Result<bool, StoreFault>> still_stands(identity::Login login) override {
        ++looks;
        if (fault) co_return fail(*fault);
        co_return login.account == "ann" && login.basis.standing == std::to_string(revision);
    }
    std::uint64_t changes = 1, revision = 1;
    int looks = 0;
    identity::AccountLimits limits;
    std::string token;  // as if it had signed in with one
    std::optional<StoreFault> fault;
    bool throttled = false;
    std::string client;  // who asked last
    int checks = 0;
};

// Says of every token what it is told to.
class OneIssuer final : public identity::TokenAuthority {
public:
    bool able() const override { return false; }
    Task<Result<identity::TokenAnswer, StoreFault>> check_token(identity::TokenShown,
                                                                Deadline) override {
        co_return fail(StoreFault::unavailable);
    }
    Task<identity::TokenStanding> still_good(const identity::Login&) override {
        ++asked;
        co_return standing;
    }
    identity::TokenStanding standing;
    int asked = 0;
};

inline settings::Snapshot test_settings() {
    settings::Snapshot settings;
    settings.hostname = "mail.test";
    settings.auth.failure_floor = std::chrono::milliseconds{0};
    settings.auth.failure_step = std::chrono::milliseconds{0};
    return settings;
}

struct Stores {
    ManualClock clock;
    SeededEntropy entropy{1};
    UlidSource ulids{clock, entropy};
    OneAccount accounts;
    OneIssuer issuer;
    Presences presences;
    store::MemoryAccounts directory{clock};
    store::MemoryAudit audit;
    store::MemoryQueue queue{clock, ulids, audit};
    store::MemoryRates rates{clock};
};

struct World : Stores {
    queue::QueueStore* serving_queue = &queue;
    identity::RecipientDirectory* serving_directory = &directory;
    limits::RateStore* serving_rates = &rates;
    limits::Connections connections{{.total = 2, .per_network = 2}};
    settings::Snapshot settings = test_settings();
    Meter* meter = &no_meter();
    std::vector<IpNetwork> proxies;
    std::unique_ptr<net::ScriptedStream> stream = std::make_unique<net::ScriptedStream>(clock);
    std::vector<audit::Event> events;
    End end{};

    // What the server wrote; the session's end is in `end`.
    std::string serve(smtp::Role role = smtp::Role::submissions);

    net::ScriptedStream& secure() { return stream->start_tls().say("EHLO client.test\r\n"); }
    net::ScriptedStream& signed_in() { return secure().say(auth_plain("ann", "secret")); }
    static std::string auth_plain(std::string user, std::string password) {
        return "AUTH PLAIN " + base64('\0' + user + '\0' + password) + "\r\n";
    }
    std::vector<queue::Entry> queued() { return *net::run_task(queue.list("", 100)); }
    std::string content_of(const queue::QueueId& id) {
        auto reader = net::run_task(queue.content(id));
        std::string all;
        for (;;) {
            auto part = net::run_task((*reader)->read());
            if (!part || part->empty()) return all;
            all += *part;
        }
    }
    const audit::Event* event(std::string_view name, std::string_view reason = "") {
        events = audit.events();
        for (const auto& e : events) {
            if (e.event == name && (reason.empty() || e.reason == reason)) return &e;
        }
        return nullptr;
    }
    // A connection after the first.
    net::ScriptedStream& reconnect() {
        stream = std::make_unique<net::ScriptedStream>(clock);
        return *stream;
    }
};

}  // namespace signet::submission
