// What every queue::QueueStore must do.  An implementation is a QueueBench; its test file says
//
//   INSTANTIATE_TEST_SUITE_P(Memory, QueueStoreSuite, testing::Values(&make_memory_bench));
//   INSTANTIATE_TEST_SUITE_P(Memory, QueueTurns, testing::Values(&make_memory_bench));
#pragma once

#include "base/clock.h"
#include "base/entropy.h"
#include "net/run_task.h"
#include "queue/queue_store.h"

#include <gtest/gtest.h>

#include <functional>

namespace signet::conformance {

using net::run_task;
using net::run_tasks;

// One empty store, and the world it lives in.
class QueueBench {
public:
    virtual ~QueueBench() = default;
    virtual queue::QueueStore& store() = 0;
    // The events that reached the audit store so far; waits for those that are on their way.
    virtual std::vector<audit::Event> events() = 0;

    ManualClock clock;
    SeededEntropy entropy{7};
    UlidSource ids{clock, entropy};
};

using MakeQueueBench = std::unique_ptr<QueueBench> (*)();

class QueueStoreSuite : public testing::TestWithParam<MakeQueueBench> {
protected:
    std::unique_ptr<QueueBench> bench_ = GetParam()();
    queue::QueueStore& store_ = bench_->store();

    queue::MessageInfo message(std::size_t recipients = 1) {
        queue::MessageInfo info;
        info.envelope.sender.mailbox = mail::Mailbox{"ann", "example.org"};
        for (std::size_t i = 0; i < recipients; ++i) {
            info.envelope.recipients.push_back({{"user" + std::to_string(i), "example.net"}});
        }
        info.account = "ann@example.org";
        info.session_id = bench_->ids.next();
        info.message_id = "<1@example.org>";
        info.prepend = "Received: by mx.example.org\r\n";
        info.accepted = bench_->clock.wall();
        return info;
    }
    audit::Event event(std::string what) {
        audit::Event one;
        one.time = bench_->clock.wall();
        one.id = bench_->ids.next();
        one.event = std::move(what);
        return one;
    }
    queue::QueueId accept(std::string_view content, std::size_t recipients = 1) {
        return run_task(accepting(content, message(recipients)));
    }
    Task<queue::QueueId> accepting(std::string_view content, queue::MessageInfo info) {
        auto draft = co_await store_.begin();
        EXPECT_TRUE(draft);
        for (auto rest = content; !rest.empty(); rest.remove_prefix(std::min(kCut, rest.size()))) {
            EXPECT_TRUE(co_await (*draft)->append(rest.substr(0, kCut)));
        }
        auto accepted = co_await (*draft)->commit(std::move(info), event("message.accepted"));
        EXPECT_TRUE(accepted);
        EXPECT_EQ(accepted->id(), (*draft)->id());
        co_return accepted->id();
    }
    std::vector<queue::Lease> claim(std::size_t count) {
        auto leases = run_task(
            store_.claim({.now = bench_->clock.wall(), .count = count, .lease_time = kLeaseTime}));
        EXPECT_TRUE(leases);
        return std::move(*leases);
    }
    std::optional<queue::Entry> find(const queue::QueueId& id) {
        auto found = run_task(store_.find(id));
        EXPECT_TRUE(found);
        return std::move(*found);
    }
    std::string content(const queue::QueueId& id) { return run_task(reading(id)); }
    Task<std::string> reading(queue::QueueId id) {
        auto reader = co_await store_.content(id);
        EXPECT_TRUE(reader);
        std::string whole;
        for (;;) {
            const auto part = co_await (*reader)->read();
            EXPECT_TRUE(part);
            EXPECT_LE(part->size(), 65'536u);
            if (part->empty()) co_return whole;
            whole += *part;
        }
    }
    std::vector<std::string> names_of_events() {
        std::vector<std::string> names;
        for (const auto& one : bench_->events()) names.push_back(one.event);
        return names;
    }

    using Kind = queue::RecipientOutcome::Kind;
    static constexpr std::size_t kCut = 10'000;
    static constexpr std::chrono::seconds kLeaseTime{600};
    const std::string prepend_ = "Received: by mx.example.org\r\n";
};

TEST_P(QueueStoreSuite, AnAcceptedMessageIsFoundAsItWasGiven) {
    const auto id = accept("Subject: a\r\n\r\nb\r\n", 2);
    const auto entry = find(id);
    ASSERT_TRUE(entry);
    EXPECT_EQ(entry->id, id);
    EXPECT_EQ(entry->info.envelope, message(2).envelope);
    EXPECT_EQ(entry->info.account, "ann@example.org");
    EXPECT_EQ(entry->info.message_id, "<1@example.org>");
    EXPECT_EQ(entry->info.prepend, prepend_);
    EXPECT_EQ(entry->info.accepted, bench_->clock.wall());
    EXPECT_EQ(entry->due, bench_->clock.wall());
    EXPECT_EQ(entry->content_octets, prepend_.size() + 17);
    EXPECT_EQ(entry->recipients.size(), 2u);
    EXPECT_EQ(content(id), prepend_ + "Subject: a\r\n\r\nb\r\n");
    EXPECT_EQ(names_of_events(), std::vector<std::string>{"message.accepted"});
}

TEST_P(QueueStoreSuite, ContentOfAnySizeComesBackOctetForOctet) {
    for (const std::size_t size : {0, 1, 65'535, 65'536, 65'537, 300'000}) {
        std::string sent(size, '\0');
        for (auto& octet : sent) octet = static_cast<char>(bench_->entropy.next());
        EXPECT_TRUE(content(accept(sent)) == prepend_ + sent) << size;
    }
}

TEST_P(QueueStoreSuite, ADraftThatIsDroppedLeavesNothing) {
    for (const std::size_t size : {10, 300'000}) {
        auto draft = run_task(store_.begin());
        ASSERT_TRUE(draft);
        const auto id = (*draft)->id();
        EXPECT_TRUE(is_ulid(id));
        ASSERT_TRUE(run_task((*draft)->append(std::string(size, 'x'))));
        draft->reset();
        EXPECT_FALSE(find(id));
    }
    EXPECT_TRUE(claim(10).empty());
    EXPECT_TRUE(bench_->events().empty());
}

TEST_P(QueueStoreSuite, ADraftIsCommittedOnceAndOnlyWithARecipient) {
    auto draft = run_task(store_.begin());
    ASSERT_TRUE(run_task((*draft)->append("x")));
    ASSERT_TRUE(run_task((*draft)->commit(message(), event("message.accepted"))));
    const auto again = run_task((*draft)->commit(message(), event("message.accepted")));
    EXPECT_EQ(again.error(), StoreFault::conflict);
    EXPECT_EQ(run_task((*draft)->append("x")).error(), StoreFault::conflict);

    auto to_nobody = run_task(store_.begin());
    const auto refused = run_task((*to_nobody)->commit(message(0), event("message.accepted")));
    EXPECT_EQ(refused.error(), StoreFault::conflict);
    EXPECT_EQ(bench_->events().size(), 1u);
}

TEST_P(QueueStoreSuite, WhatTheSenderIsToldAtOnceIsThereWithTheMessageOrNot) {
    auto about = message();
    about.envelope.sender = {};
    const queue::Report report{bench_->ids.next(), about, "Subject: expanded\r\n"};
    auto draft = run_task(store_.begin());
    const auto id = (*draft)->id();
    ASSERT_TRUE(run_task((*draft)->append("x")));
    ASSERT_TRUE(run_task((*draft)->commit(message(), event("message.accepted"),
                                          {{report}, {event("message.reported")}})));
    EXPECT_TRUE(find(id));
    EXPECT_EQ(content(report.id), prepend_ + "Subject: expanded\r\n");
    EXPECT_EQ(claim(10).size(), 2u);

    auto second = run_task(store_.begin());
    const auto taken =
        run_task((*second)->commit(message(), event("message.accepted"), {{report}, {}}));
    EXPECT_EQ(taken.error(), StoreFault::conflict);
    EXPECT_FALSE(find((*second)->id()));
    EXPECT_EQ(names_of_events(),
              (std::vector<std::string>{"message.accepted", "message.reported"}));
}

TEST_P(QueueStoreSuite, ManyDraftsAtOnceDoNotMix) {
    std::vector<queue::QueueId> ids(64);
    std::vector<std::string> sent(ids.size());
    std::vector<Task<void>> tasks;
    for (std::size_t i = 0; i < ids.size(); ++i) {
        sent[i] = std::string(i % 8 == 0 ? 100'000 : 10'000, static_cast<char>('A' + i % 26));
        tasks.push_back([](auto one, queue::QueueId& id) -> Task<void> {
            id = co_await std::move(one);
        }(accepting(sent[i], message()), ids[i]));
    }
    run_tasks(std::move(tasks));
    for (std::size_t i = 0; i < ids.size(); ++i) {
        EXPECT_TRUE(content(ids[i]) == prepend_ + sent[i]) << i;
    }
    EXPECT_EQ(bench_->events().size(), ids.size());
}

TEST_P(QueueStoreSuite, ClaimsGiveTheOldestDueOfOneOwnerFirstAndEachEntryOnce) {
    const auto first = accept("1");
    bench_->clock.advance(std::chrono::seconds{1});
    const auto second = accept("2");
    bench_->clock.advance(std::chrono::seconds{1});
    const auto third = accept("3");

    const auto leases = claim(2);
    ASSERT_EQ(leases.size(), 2u);
    EXPECT_EQ(leases[0].entry.id, first);
    EXPECT_EQ(leases[1].entry.id, second);
    EXPECT_EQ(leases[0].until, bench_->clock.wall() + kLeaseTime);
    const auto rest = claim(9);
    ASSERT_EQ(rest.size(), 1u);
    EXPECT_EQ(rest[0].entry.id, third);
    EXPECT_TRUE(claim(9).empty());
}

TEST_P(QueueStoreSuite, ALeaseThatRanOutIsClaimedAgainAndItsFirstHolderMayNotSettle) {
    accept("1");
    const auto first = claim(1);
    bench_->clock.advance(kLeaseTime);
    const auto second = claim(1);
    ASSERT_EQ(second.size(), 1u);
    const queue::Outcome delivered{.recipients = {{0, Kind::delivered, "250 ok"}}};
    EXPECT_EQ(run_task(store_.settle(first[0], delivered)).error(), StoreFault::conflict);
    EXPECT_TRUE(find(first[0].entry.id));
    EXPECT_TRUE(run_task(store_.settle(second[0], delivered)));
    EXPECT_FALSE(find(first[0].entry.id));
}

TEST_P(QueueStoreSuite, WhatWasLearntLateIsKeptIfNobodyElseCame) {
    accept("1");
    const auto lease = claim(1);
    bench_->clock.advance(2 * kLeaseTime);
    EXPECT_TRUE(run_task(store_.settle(lease[0], {.recipients = {{0, Kind::delivered, ""}}})));
    EXPECT_TRUE(claim(1).empty());
}

TEST_P(QueueStoreSuite, ADeferredRecipientIsTriedAgainWhenItIsDue) {
    const auto id = accept("1", 2);
    const auto lease = claim(1);
    queue::Outcome outcome{
        .recipients = {{0, Kind::delivered, "250 ok"},
                       {.recipient = 1, .reply = "451 greylisted", .delay_notified = true}},
        .retry_at = bench_->clock.wall() + std::chrono::minutes{5},
        .events = {event("message.delivered"), event("message.deferred")}};
    ASSERT_TRUE(run_task(store_.settle(lease[0], outcome)));

    const auto entry = find(id);
    ASSERT_TRUE(entry);
    EXPECT_EQ(entry->attempts, 1u);
    EXPECT_EQ(entry->due, outcome.retry_at);
    EXPECT_EQ(entry->recipients[0].state, queue::RecipientState::delivered);
    EXPECT_EQ(entry->recipients[1].state, queue::RecipientState::pending);
    EXPECT_EQ(entry->recipients[1].last_reply, "451 greylisted");
    EXPECT_TRUE(entry->recipients[1].delay_notified);
    EXPECT_EQ(content(id), prepend_ + "1");
    EXPECT_EQ(names_of_events(), (std::vector<std::string>{"message.accepted", "message.delivered",
                                                           "message.deferred"}));

    EXPECT_TRUE(claim(1).empty());
    bench_->clock.advance(std::chrono::minutes{5});
    EXPECT_EQ(claim(1).size(), 1u);
}

TEST_P(QueueStoreSuite, AnEntryWithNobodyPendingLeavesWithItsContent) {
    for (const std::size_t size : {10, 300'000}) {
        const auto id = accept(std::string(size, 'x'), 2);
        const auto lease = claim(1);
        ASSERT_TRUE(run_task(store_.settle(
            lease.at(0), {.recipients = {{0, Kind::delivered, "250"}, {1, Kind::failed, "550"}}})));
        EXPECT_FALSE(find(id));
        EXPECT_EQ(run_task(store_.content(id)).error(), StoreFault::conflict);
    }
}

TEST_P(QueueStoreSuite, ReportsEnterTheQueueInTheSameCommit) {
    const auto id = accept("1");
    const auto lease = claim(1);
    auto about = message();
    about.envelope.sender.mailbox.reset();
    about.account.clear();
    const queue::Report report{bench_->ids.next(), about, "Subject: failed\r\n"};
    ASSERT_TRUE(run_task(store_.settle(
        lease[0], {.recipients = {{0, Kind::failed, "550 no"}}, .reports = {report}})));
    EXPECT_FALSE(find(id));
    const auto entry = find(report.id);
    ASSERT_TRUE(entry);
    EXPECT_TRUE(entry->info.envelope.sender.is_null());
    EXPECT_EQ(content(report.id), prepend_ + "Subject: failed\r\n");
    EXPECT_EQ(claim(9).size(), 1u);
}

TEST_P(QueueStoreSuite, AnOutcomeThatDoesNotFitChangesNothing) {
    const auto id = accept("1");
    const auto lease = claim(1);
    const queue::Report good{bench_->ids.next(), message(), "x"};
    const queue::Report taken{id, message(), "x"};
    const queue::Report to_nobody{bench_->ids.next(), message(0), "x"};
    const queue::Outcome outcomes[] = {
        {.recipients = {{1, Kind::delivered, ""}}},
        {.recipients = {{0, Kind::delivered, ""}}, .reports = {good, taken}},
        {.recipients = {{0, Kind::delivered, ""}}, .reports = {good, good}},
        {.recipients = {{0, Kind::delivered, ""}}, .reports = {good, to_nobody}},
    };
    for (auto outcome : outcomes) {
        outcome.events = {event("message.delivered")};
        EXPECT_EQ(run_task(store_.settle(lease[0], outcome)).error(), StoreFault::conflict);
        EXPECT_EQ(find(id)->attempts, 0u);
        EXPECT_FALSE(find(good.id));
    }
    EXPECT_EQ(bench_->events().size(), 1u);
    EXPECT_TRUE(run_task(store_.settle(lease[0], {.recipients = {{0, Kind::delivered, ""}}})));
    EXPECT_EQ(run_task(store_.settle(lease[0], {})).error(), StoreFault::conflict);
}

TEST_P(QueueStoreSuite, ListsByIdInPages) {
    std::vector<queue::QueueId> ids;
    for (int i = 0; i < 5; ++i) ids.push_back(accept("x"));
    std::vector<queue::QueueId> listed;
    for (queue::QueueId after;;) {
        const auto page = run_task(store_.list(after, 2));
        ASSERT_TRUE(page);
        EXPECT_LE(page->size(), 2u);
        if (page->empty()) break;
        for (const auto& entry : *page) listed.push_back(entry.id);
        after = listed.back();
    }
    EXPECT_EQ(listed, ids);
}

TEST_P(QueueStoreSuite, AnEditRetriesNowOrRemovesAndIsRecorded) {
    const auto id = accept("1");
    const auto lease = claim(1);
    const auto later = bench_->clock.wall() + std::chrono::hours{1};
    ASSERT_TRUE(run_task(store_.settle(lease[0], {.retry_at = later})));
    EXPECT_TRUE(claim(1).empty());

    using Edit = queue::Edit;
    const Edit retry{Edit::Kind::retry_now, event("queue.retried")};
    const Edit remove{Edit::Kind::remove, event("queue.removed")};
    EXPECT_TRUE(*run_task(store_.edit(id, retry)));
    EXPECT_EQ(find(id)->due, bench_->clock.wall());
    ASSERT_EQ(claim(1).size(), 1u);
    EXPECT_EQ(run_task(store_.edit(id, remove)).error(), StoreFault::conflict);
    EXPECT_TRUE(find(id));

    bench_->clock.advance(kLeaseTime);
    EXPECT_TRUE(*run_task(store_.edit(id, remove)));
    EXPECT_FALSE(find(id));
    EXPECT_FALSE(*run_task(store_.edit(id, remove)));
    EXPECT_EQ(names_of_events(),
              (std::vector<std::string>{"message.accepted", "queue.retried", "queue.removed"}));
}

TEST_P(QueueStoreSuite, AReaderOutlivesTheEntryItReads) {
    const auto sent = std::string(300'000, 'x');
    const auto id = accept(sent);
    auto reader = run_task(store_.content(id));
    ASSERT_TRUE(reader);
    auto whole = *run_task((*reader)->read());
    ASSERT_TRUE(*run_task(store_.edit(id, {queue::Edit::Kind::remove, event("queue.removed")})));
    for (;;) {
        const auto part = run_task((*reader)->read());
        ASSERT_TRUE(part);
        if (part->empty()) break;
        whole += *part;
    }
    EXPECT_TRUE(whole == prepend_ + sent);
}

}  // namespace signet::conformance
