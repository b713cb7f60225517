#include "queue/entry.h"

#include <gtest/gtest.h>

namespace signet::queue {
namespace {

using Kind = RecipientOutcome::Kind;

MessageInfo message_to(std::size_t recipients) {
    MessageInfo info;
    info.prepend = "Received: by mx.example.net\r\n";
    info.accepted = WallTime{std::chrono::seconds{1'795'500'000}};
    for (std::size_t i = 0; i < recipients; ++i) {
        info.envelope.recipients.push_back({{"user" + std::to_string(i), "example.net"}});
    }
    return info;
}

Entry entry_to(std::size_t recipients) { return *new_entry("id", message_to(recipients), 100); }

TEST(QueueEntry, IsNewWithAllRecipientsPendingAndDueAtOnce) {
    const auto entry = entry_to(2);
    EXPECT_EQ(entry.recipients.size(), 2u);
    EXPECT_EQ(entry.recipients[1].state, RecipientState::pending);
    EXPECT_EQ(entry.due, entry.info.accepted);
    EXPECT_EQ(entry.content_octets, 129u);
    EXPECT_EQ(entry.attempts, 0u);
}

TEST(QueueEntry, WithoutRecipientsOrBeyondItsLimitsIsRefused) {
    EXPECT_EQ(new_entry("id", message_to(0), 1).error(), StoreFault::conflict);
    EXPECT_TRUE(new_entry("id", message_to(kMaxRecipients), 1));
    EXPECT_EQ(new_entry("id", message_to(kMaxRecipients + 1), 1).error(), StoreFault::conflict);
    auto long_prepend = message_to(1);
    long_prepend.prepend.assign(kMaxPrepend + 1, 'x');
    EXPECT_EQ(new_entry("id", long_prepend, 1).error(), StoreFault::conflict);
}

TEST(QueueEntry, LeavesTheQueueWhenNobodyIsPending) {
    auto entry = entry_to(2);
    Outcome first{.recipients = {{0, Kind::delivered, "250 ok"}, {1, Kind::deferred, "451 later"}},
                  .retry_at = entry.due + std::chrono::minutes{5}};
    EXPECT_TRUE(*apply(first, entry));
    EXPECT_EQ(entry.recipients[0].state, RecipientState::delivered);
    EXPECT_EQ(entry.recipients[1].last_reply, "451 later");
    EXPECT_EQ(entry.due, first.retry_at);
    EXPECT_EQ(entry.attempts, 1u);

    EXPECT_FALSE(*apply({.recipients = {{1, Kind::failed, "550 no"}}}, entry));
    EXPECT_EQ(entry.recipients[1].state, RecipientState::failed);
    EXPECT_EQ(entry.attempts, 2u);
}

TEST(QueueEntry, RemembersThatTheSenderWasToldOfADelay) {
    auto entry = entry_to(2);
    Outcome first{.recipients = {{.recipient = 0, .delay_notified = true}, {.recipient = 1}}};
    EXPECT_TRUE(*apply(first, entry));
    EXPECT_TRUE(entry.recipients[0].delay_notified);
    EXPECT_FALSE(entry.recipients[1].delay_notified);
    EXPECT_TRUE(*apply({.recipients = {{.recipient = 0}, {.recipient = 1}}}, entry));
    EXPECT_TRUE(entry.recipients[0].delay_notified) << "for good";
}

TEST(QueueEntry, AnOutcomeThatSpeaksOfNobodyIsNoAttempt) {
    auto entry = entry_to(1);
    EXPECT_TRUE(*apply({.retry_at = entry.due}, entry));
    EXPECT_EQ(entry.attempts, 0u);
}

TEST(QueueEntry, AnOutcomeThatDoesNotFitChangesNothing) {
    struct Case {
        const char* what;
        std::vector<RecipientOutcome> recipients;
    };
    const Case cases[] = {
        {"no such recipient", {{0, Kind::delivered, ""}, {2, Kind::delivered, ""}}},
        {"named twice", {{0, Kind::delivered, ""}, {0, Kind::failed, ""}}},
        {"already done", {{1, Kind::failed, ""}}},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.what);
        auto entry = entry_to(2);
        ASSERT_TRUE(*apply({.recipients = {{1, Kind::delivered, ""}}}, entry));
        EXPECT_EQ(apply({.recipients = c.recipients}, entry).error(), StoreFault::conflict);
        EXPECT_EQ(entry.recipients[0].state, RecipientState::pending);
        EXPECT_EQ(entry.attempts, 1u);
    }
}

TEST(QueueEntry, KeepsNoMoreOfAReplyThanItsLimit) {
    auto entry = entry_to(1);
    ASSERT_TRUE(apply({.recipients = {{0, Kind::deferred, std::string(9'999, 'r')}}}, entry));
    EXPECT_EQ(entry.recipients[0].last_reply.size(), kMaxReply);
}

}  // namespace
}  // namespace signet::queue
