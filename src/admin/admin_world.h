// For tests: the endpoints over stores in memory.
#pragma once

#include "admin/endpoint.h"
#include "identity/fake_hashers.h"
#include "net/run_task.h"
#include "store/memory_accounts.h"
#include "store/memory_audit.h"
#include "store/memory_queue.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace signet::admin {

using net::run_task;

class Admin : public ::testing::Test {
protected:
    // What asks is ann, at the command line.
    Outcome ask(std::string_view method, std::string_view parameters = "{}");
    // "not_found: there is no account `x`", or the JSON.
    static std::string said(const Outcome& outcome) {
        if (outcome) return outcome->done;
        return std::string{name(outcome.error().kind)} + ": " + outcome.error().message;
    }
    identity::Account account(const std::string& name) {
        return run_task(accounts_.find(name))->value();
    }
    audit::Event last_event() { return audit_.events().back(); }
    queue::QueueId put_message();

    ManualClock clock_;
    SeededEntropy entropy_{1};
    UlidSource ids_{clock_, entropy_};
    store::MemoryAudit audit_;
    store::MemoryAccounts accounts_{clock_};
    store::MemoryQueue queue_{clock_, ids_, audit_};
    identity::PlainHasher hasher_;
    net::WorkerPool pool_{net::PoolOptions{}};
    const identity::Verifiers verifiers_{Secret{std::string(32, 'k')}, {4'096}};
    const identity::AppPasswords app_passwords_{Secret{std::string(32, 'a')}};
    Services services_{
        accounts_, queue_,   audit_, {hasher_, pool_, &verifiers_, &app_passwords_},
        clock_,    entropy_, ids_,   [] {
            return Status{.version = "1.0", .listeners = {}}; }};
};

}  // namespace signet::admin
