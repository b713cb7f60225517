// What every identity::AccountStore must do.  An implementation is an AccountBench and a line in
// accounts_test.cc.
#pragma once

#include "conformance/account_bench.h"
#include "identity/account.h"
#include "net/run_task.h"

#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <memory>
#include <set>
#include <thread>

namespace signet::conformance {

class AccountStoreSuite : public testing::TestWithParam<MakeAccountBench> {
protected:
    using Account = identity::Account;

    std::unique_ptr<AccountBench> bench_ = GetParam()();
    identity::AccountStore& store_ = bench_->accounts();

    static std::string verifier(unsigned iterations) {
        return "SCRAM-SHA-256$" + std::to_string(iterations) +
               ":W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:"
               "wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=";
    }
    static Account account(std::string name) {
        Account made;
        made.name = std::move(name);
        made.send_as = {{"ann", "example.com"}, {"", "shop.example"}, {"a b", "example.com"}};
        made.password().secret = "$argon2id$v=19$m=64,t=1,p=1$salt$hash";
        made.password().set_verifier(sasl::ProofKind::scram_sha256, verifier(4'096));
        made.limits.messages = Rate{500, std::chrono::seconds{3'600}};
        made.limits.message_size = 1u << 20;
        made.groups = {"printers", "staff"};
        return made;
    }
    Account add(std::string name) {
        return net::run_task(store_.add(account(std::move(name)))).value();
    }
    std::optional<Account> find(std::string name) {
        return net::run_task(store_.find(std::move(name))).value();
    }
    Result<Account, StoreFault> update(Account changed) {
        return net::run_task(store_.update(std::move(changed)));
    }
    bool remove(std::string name) { return net::run_task(store_.remove(std::move(name))).value(); }

    void wait_for_use(const identity::LastUse& use) {  // it may be kept after it was answered
        std::optional<identity::LastUse> last;
        for (int tries = 0; tries < 10'000 && last != use; ++tries) {
            last = find("ann")->credentials.at(1).last_use;
            std::this_thread::sleep_for(std::chrono::milliseconds{2});
        }
        EXPECT_EQ(last, use);
    }

    static void expect_same(const Account& a, const Account& b) {
        EXPECT_EQ(a.name, b.name);
        EXPECT_EQ(a.enabled, b.enabled);
        EXPECT_EQ(a.may_submit, b.may_submit);
        EXPECT_EQ(std::set(a.send_as.begin(), a.send_as.end()),
                  std::set(b.send_as.begin(), b.send_as.end()));
        EXPECT_TRUE(a.credentials == b.credentials);
        EXPECT_EQ(a.groups, b.groups);
        EXPECT_TRUE(a.limits == b.limits);
        EXPECT_EQ(a.created, b.created);
        EXPECT_EQ(a.changed, b.changed);
        EXPECT_EQ(a.revision, b.revision);
    }
};

TEST_P(AccountStoreSuite, AnEmptyStoreFindsNothing) {
    EXPECT_FALSE(find("ann"));
    EXPECT_TRUE(net::run_task(store_.list())->empty());
    EXPECT_FALSE(remove("ann"));
}

TEST_P(AccountStoreSuite, WhatIsAddedIsFoundAsItWas) {
    auto wanted = account("ann@example.com");
    wanted.enabled = false;
    wanted.may_submit = false;
    const auto added = net::run_task(store_.add(wanted)).value();
    EXPECT_EQ(added.created, bench_->clock.wall());
    EXPECT_EQ(added.changed, bench_->clock.wall());
    EXPECT_GT(added.revision, 0u);
    EXPECT_FALSE(added.enabled);
    EXPECT_EQ(added.send_as, wanted.send_as);
    expect_same(find("ann@example.com").value(), added);
}

TEST_P(AccountStoreSuite, NamesAreComparedFolded) {
    add("ann@example.com");
    EXPECT_EQ(find("Ann@Example.COM").value().name, "ann@example.com");
    EXPECT_TRUE(remove("ANN@example.com"));
    EXPECT_FALSE(find("ann@example.com"));
}

TEST_P(AccountStoreSuite, ATakenNameIsAConflictAndChangesNothing) {
    const auto first = add("ann");
    auto second = account("ann");
    second.password().secret = "other";
    EXPECT_EQ(net::run_task(store_.add(second)).error(), StoreFault::conflict);
    expect_same(find("ann").value(), first);
}

TEST_P(AccountStoreSuite, TheListIsInTheOrderOfNames) {
    for (const auto* name : {"mia", "ann", "zoe", "bob@example.com"}) add(name);
    std::vector<std::string> names;
    for (const auto& one : net::run_task(store_.list()).value()) {
        names.push_back(one.name);
        expect_same(one, find(one.name).value());
    }
    EXPECT_EQ(names, (std::vector<std::string>{"ann", "bob@example.com", "mia", "zoe"}));
}

TEST_P(AccountStoreSuite, AnUpdateChangesEverythingButNameAndCreation) {
    auto changed = add("ann");
    const auto before = changed;
    bench_->clock.advance(std::chrono::seconds{60});
    changed.enabled = false;
    changed.may_submit = false;
    changed.send_as = {{"other", "example.net"}};
    changed.password().secret.clear();
    changed.password().set_verifier(sasl::ProofKind::scram_sha256, verifier(5'000));
    changed.limits = {.messages = {}, .recipients = Rate{7, std::chrono::seconds{60}}};
    changed.created = {};  // not the caller's to set
    auto after = update(changed).value();
    EXPECT_EQ(after.created, before.created);
    EXPECT_EQ(after.changed, bench_->clock.wall());
    EXPECT_GT(after.revision, before.revision);
    EXPECT_EQ(after.send_as, changed.send_as);
    EXPECT_TRUE(after.password_hash().empty());
    EXPECT_TRUE(after.limits == changed.limits);
    EXPECT_EQ(after.password().verifier(sasl::ProofKind::scram_sha256), verifier(5'000));
    expect_same(find("ann").value(), after);
}

TEST_P(AccountStoreSuite, AnUpdateOfAnOlderRevisionIsAConflictAndChangesNothing) {
    const auto old = add("ann");
    auto newer = old;
    newer.enabled = false;
    const auto current = update(newer).value();
    auto late = old;
    late.password().secret = "late";
    EXPECT_EQ(update(late).error(), StoreFault::conflict);
    expect_same(find("ann").value(), current);
    EXPECT_EQ(update(account("nobody")).error(), StoreFault::conflict);
}

// Not set, none, and a number are three things.
TEST_P(AccountStoreSuite, EachLimitIsKeptAsItWasSet) {
    const Rate rate{12, std::chrono::seconds{86'400}};
    const Rate none{0, std::chrono::seconds{3'600}};
    const identity::AccountLimits all[] = {
        {},
        {.messages = rate},
        {.recipients = rate},
        {.message_recipients = 100},
        {.message_size = 1ull << 40},
        {.messages = none, .recipients = none, .message_recipients = 0, .message_size = 0},
        {.messages = rate, .recipients = none, .message_recipients = 0, .message_size = 9}};
    auto ann = add("ann");
    for (const auto& limits : all) {
        ann.limits = limits;
        ann = update(ann).value();
        EXPECT_TRUE(ann.limits == limits);
        EXPECT_TRUE(find("ann")->limits == limits) << &limits - all;
        auto other = account("other");
        other.limits = limits;
        ASSERT_TRUE(net::run_task(store_.add(other)));
        EXPECT_TRUE(find("other")->limits == limits) << &limits - all;
        EXPECT_TRUE(remove("other"));
    }
}

TEST_P(AccountStoreSuite, RenewedCredentialsChangeNothingElseAndNoRevision) {
    const auto before = add("ann");
    bench_->clock.advance(std::chrono::seconds{60});
    auto renewed = before;
    renewed.password().secret = "$argon2id$v=19$m=128,t=1,p=1$salt$hash";
    renewed.password().set_verifier(sasl::ProofKind::scram_sha256, verifier(9'000));
    renewed.enabled = false;  // not the caller's to change here
    renewed.send_as.clear();
    renewed.limits = {};
    ASSERT_TRUE(net::run_task(store_.renew_credentials(renewed)));
    auto wanted = before;
    wanted.password().secret = renewed.password_hash();
    wanted.password().set_verifier(sasl::ProofKind::scram_sha256, verifier(9'000));
    expect_same(find("ann").value(), wanted);
    wanted.enabled = false;
    EXPECT_TRUE(update(wanted)) << "whoever read before can still change it";

    EXPECT_EQ(net::run_task(store_.renew_credentials(renewed)).error(), StoreFault::conflict)
        << "a change came between";
    EXPECT_EQ(net::run_task(store_.renew_credentials(account("nobody"))).error(),
              StoreFault::conflict);
    EXPECT_FALSE(find("ann")->enabled);
}

TEST_P(AccountStoreSuite, TheCensusCountsThoseWhoMaySignInAndSubmit) {
    const auto census = [&] {
        return net::run_task(store_.census()).value().at(sasl::ProofKind::scram_sha256);
    };
    EXPECT_EQ(census(), identity::VerifierCount{});
    auto ann = add("ann");
    add("bob");
    auto other = account("cyd");
    other.password().set_verifier(sasl::ProofKind::scram_sha256, verifier(9'000));
    ASSERT_TRUE(net::run_task(store_.add(other)));
    other = account("dan");
    other.password().verifiers.clear();
    ASSERT_TRUE(net::run_task(store_.add(other)));
    EXPECT_EQ(census(), (identity::VerifierCount{1, {{4'096, 2}, {9'000, 1}}}));
    ann.may_submit = false;
    ann = update(ann).value();
    EXPECT_EQ(census(), (identity::VerifierCount{1, {{4'096, 1}, {9'000, 1}}}));
    ann.may_submit = true, ann.enabled = false;
    ann = update(ann).value();
    EXPECT_EQ(census(), (identity::VerifierCount{1, {{4'096, 1}, {9'000, 1}}}));
    EXPECT_TRUE(remove("dan"));
    EXPECT_EQ(census(), (identity::VerifierCount{0, {{4'096, 1}, {9'000, 1}}}));
}

TEST_P(AccountStoreSuite, ARevisionIsNeverUsedTwice) {
    std::set<std::uint64_t> seen;
    for (int i = 0; i < 3; ++i) {
        auto one = add("ann");
        EXPECT_TRUE(seen.insert(one.revision).second);
        one = update(one).value();
        EXPECT_TRUE(seen.insert(one.revision).second);
        EXPECT_TRUE(seen.insert(add("bob").revision).second);
        EXPECT_TRUE(remove("ann"));
        EXPECT_TRUE(remove("bob"));
    }
}

// Sessions ask this instead of the account: a change that it hides would not end them.
TEST_P(AccountStoreSuite, TheGenerationGrowsWithEveryChangeBeforeItIsAnswered) {
    auto last = store_.generation();
    const auto grown = [&] {
        const auto before = std::exchange(last, store_.generation());
        return before < last;
    };
    EXPECT_FALSE(grown());
    auto ann = add("ann");
    EXPECT_TRUE(grown());
    EXPECT_TRUE(find("ann"));
    EXPECT_FALSE(grown());
    EXPECT_TRUE(update(ann));
    EXPECT_TRUE(grown());
    EXPECT_TRUE(remove("ann"));
    EXPECT_TRUE(grown());
}

TEST_P(AccountStoreSuite, ARemovedAccountLeavesNothingBehind) {
    const auto old = add("ann");
    EXPECT_TRUE(remove("ann"));
    EXPECT_FALSE(remove("ann"));
    EXPECT_EQ(update(old).error(), StoreFault::conflict);
    Account bare;
    bare.name = "ann";
    const auto added = net::run_task(store_.add(bare)).value();
    EXPECT_TRUE(added.send_as.empty());
    EXPECT_TRUE(find("ann")->send_as.empty());
}

// Of two that change what they read at the same time, one is told so.
TEST_P(AccountStoreSuite, ConcurrentUpdatesAreNeverLost) {
    add("ann");
    std::vector<Task<void>> tasks;
    int done = 0, conflicts = 0;
    for (int i = 0; i < 20; ++i) {
        tasks.push_back([](identity::AccountStore& store, int number, int& done_count,
                           int& conflict_count) -> Task<void> {
            auto read = co_await store.find("ann");
            auto mine = **read;
            mine.send_as.push_back({"u" + std::to_string(number), "example.org"});
            const auto written = co_await store.update(std::move(mine));
            ++(written ? done_count : conflict_count);
            if (!written) EXPECT_EQ(written.error(), StoreFault::conflict);
        }(store_, i, done, conflicts));
    }
    net::run_tasks(std::move(tasks));
    EXPECT_EQ(done + conflicts, 20);
    EXPECT_GE(done, 1);
    EXPECT_EQ(find("ann")->send_as.size(), 3u + static_cast<std::size_t>(done));
}

// Values, never statements: what looks like SQL is a name like any other, or none.
TEST_P(AccountStoreSuite, security_10_what_looks_like_a_statement_is_only_a_name) {
    add("ann");
    for (const auto* hostile :
         {"' OR '1'='1", "ann'--", "ann\"; DROP TABLE account; --", "*)(uid=*", "%", "_nn", "a%"}) {
        EXPECT_FALSE(find(hostile)) << hostile;
        EXPECT_FALSE(remove(hostile)) << hostile;
    }
    const auto odd = add("a;drop(table)account--");
    expect_same(find("a;drop(table)account--").value(), odd);
    auto changed = odd;
    changed.password().secret = "'); DELETE FROM account; --";
    changed.send_as = {{"x'/**/union", "example.com"}};
    const auto after = update(changed).value();
    expect_same(find(odd.name).value(), after);
    EXPECT_EQ(after.password_hash(), changed.password_hash());
    EXPECT_EQ(net::run_task(store_.list())->size(), 2u);
}

}  // namespace signet::conformance
