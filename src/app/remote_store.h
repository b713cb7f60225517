// A credential store that is somewhere else, opened behind its gate: what all of them have in
// common.  A kind says how its store is made, and how it tells of a trial.
#pragma once

#include "app/open_store.h"
#include "app/store_watch.h"
#include "store/gated_credentials.h"
#include "store/store_gate.h"

#include <utility>

namespace signet::app {

template <class Store>
class RemoteStore : public OpenedStore {
public:
    // parts: what the store is made of.
    template <class... Parts>
    RemoteStore(const settings::StoreSettings& settings, const StoreMaterial& material,
                Parts&&... parts)
        : clock_(material.ground.clock),
          timeout_(settings.timeout),
          store_(std::forward<Parts>(parts)...),
          gate_({.name = settings.name,
                 .timeout = settings.timeout,
                 .width = settings.connections,
                 .waiting = settings.connections * kWaitingEach},
                clock_, watcher_of(settings.name, material.ground, material.audit)),
          gated_(store_, gate_) {}

    identity::CredentialStore& credentials() override { return gated_; }
    bool proofs() const override { return false; }
    bool tells() const override { return true; }
    std::string state() const override {
        return gate_.state() == limits::Breaker::State::closed ? "up" : "down";
    }

protected:
    // For a trial, which goes past the gate: whoever tries a store wants to know what is wrong, not
    // that something is.
    Store& store() { return store_; }
    Deadline patience() const { return Deadline::in(clock_, timeout_); }
    // asked: "asked PAM for the service `signet`"
    Task<admin::StoreTrial> try_by_check(std::string asked, std::string login, Secret password) {
        const auto answer = co_await store_.check({.authcid = std::move(login), .method = "PLAIN"},
                                                  std::move(password), patience());
        admin::StoreTrial trial;
        trial.outcome = outcome_of(answer);
        trial.steps.push_back(std::move(asked) + ": " + trial.outcome);
        if (const auto* granted = answer ? std::get_if<identity::Login>(&*answer) : nullptr) {
            trial.steps.push_back(told_login(*granted));
        } else if (!answer) {
            trial.steps.emplace_back("the log of the server says why");
        }
        co_return trial;
    }

private:
    static constexpr unsigned kWaitingEach = 20;  // for one question at a time

    const Clock& clock_;
    const std::chrono::milliseconds timeout_;
    Store store_;
    store::StoreGate gate_;
    store::GatedCredentials gated_;
};

}  // namespace signet::app
