#include "observe/audit_file.h"

#include "base/entropy.h"
#include "observe/fake_disk.h"
#include "observe/kept_lines.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>

namespace signet::observe {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;

audit::Event event(const std::string& id, const std::string& name = "auth.attempt") {
    audit::Event made;
    made.id = id;
    made.event = name;
    made.user_name = "ann";
    made.account_name = "ann";
    return made;
}

struct AuditFileTest : testing::Test {
    FakeDisk disk;
    ManualClock clock;
    SeededEntropy entropy{1};
    UlidSource ids{clock, entropy};
    KeptLines lines;
    Log log{clock, lines, {.stamped = false}};
    audit::Redactor redactor{Secret{std::string(32, 'k')}};
    std::unique_ptr<AuditFile> store;

    void start(AuditFileOptions options = {}) {
        store.reset();
        options.writer.node = "node";
        options.retry = std::chrono::milliseconds{5};
        auto opened = AuditFile::open(disk.directory(), {clock, ids, log, redactor}, options);
        ASSERT_TRUE(opened) << opened.error().text();
        store = std::move(*opened);
    }
    Result<void, StoreFault> write_through(const std::vector<audit::Event>& events) {
        return store->write_through(events);
    }
    std::vector<audit::Recorded> recorded() {
        std::vector<audit::Recorded> found;
        const auto reader = disk.directory();
        EXPECT_TRUE(read_audit(*reader, [&](const audit::Recorded& one) {
            found.push_back(one);
            return true;
        }));
        return found;
    }
    std::vector<std::string> written() {
        std::vector<std::string> found;
        for (const auto& one : recorded()) {
            found.push_back(one.event.event == "audit.gap" ? "gap" : one.event.id);
        }
        return found;
    }
    std::vector<std::string> logged() {
        log.flush();
        return lines.lines();
    }
};

TEST_F(AuditFileTest, writes_what_was_recorded_before_it_ends) {
    start();
    for (int i = 0; i < 100; ++i) store->record(event(std::to_string(i)));
    store.reset();
    disk.lose_power();
    EXPECT_THAT(written(), SizeIs(100));
}

TEST_F(AuditFileTest, syncs_what_was_recorded_when_nothing_else_comes) {
    start({.sync_after = std::chrono::milliseconds{1}});
    store->record(event("a"));
    while (disk.calls(DiskCall::sync) == 0) std::this_thread::yield();
    disk.lose_power();
    EXPECT_THAT(written(), ElementsAre("a"));
}

TEST_F(AuditFileTest, security_27_has_on_disk_what_it_wrote_through) {
    start();
    ASSERT_TRUE(write_through({event("a"), event("b")}));
    disk.lose_power();
    EXPECT_THAT(written(), ElementsAre("a", "b"));
}

TEST_F(AuditFileTest, keeps_the_order_of_one_thread) {
    start();
    store->record(event("a"));
    ASSERT_TRUE(write_through({event("b")}));
    store->record(event("c"));
    ASSERT_TRUE(write_through({event("d")}));
    EXPECT_THAT(written(), ElementsAre("a", "b", "c", "d"));
}

TEST_F(AuditFileTest, skips_what_was_written_already) {
    start();
    ASSERT_TRUE(write_through({event("a"), event("b"), event("a")}));
    ASSERT_TRUE(write_through({event("b"), event("c")}));
    start();  // the outbox comes again after a crash
    ASSERT_TRUE(write_through({event("a"), event("b"), event("c"), event("d")}));
    EXPECT_THAT(written(), ElementsAre("a", "b", "c", "d"));
}

TEST_F(AuditFileTest, gives_an_id_to_an_event_that_has_none) {
    start();
    store->record(event(""));
    ASSERT_TRUE(write_through({event("")}));
    for (const auto& id : written()) EXPECT_TRUE(is_ulid(id)) << id;
}

TEST_F(AuditFileTest, puts_the_text_line_into_the_operations_log_once) {
    start();
    store->record(event("a"));
    ASSERT_TRUE(write_through({event("b", "message.accepted")}));
    ASSERT_TRUE(write_through({event("b", "message.accepted")}));
    EXPECT_THAT(
        logged(),
        ElementsAre("auth outcome=success reason=ok user=ann ip=- mech=- service=- rule=- rep=1",
                    HasSubstr("message event=accepted ")));
}

TEST_F(AuditFileTest, security_23_writes_no_name_that_no_account_has) {
    start();
    auto unknown = event("a");
    unknown.user_name = "my-secret-password";
    unknown.account_name = "";
    store->record(unknown);
    unknown.id = "b";
    ASSERT_TRUE(write_through({unknown}));
    EXPECT_THAT(disk.content("audit.ndjson"), Not(HasSubstr("secret")));
    EXPECT_THAT(logged(), Not(Contains(HasSubstr("secret"))));
}

TEST_F(AuditFileTest, says_full_or_unavailable_and_promises_nothing) {
    start();
    struct Case {
        DiskCall call;
        int error;
        StoreFault fault;
    };
    const Case cases[] = {
        {DiskCall::append, ENOSPC, StoreFault::full},
        {DiskCall::append, EDQUOT, StoreFault::full},
        {DiskCall::append, EIO, StoreFault::unavailable},
        {DiskCall::sync, EIO, StoreFault::unavailable},
        {DiskCall::sync, ENOSPC, StoreFault::full},
    };
    for (const auto& c : cases) {
        disk.fail(c.call, c.error, 1'000'000);
        EXPECT_EQ(write_through({event(std::to_string(c.error))}).error(), c.fault);
        disk.fail(c.call, 0, 0);
        EXPECT_TRUE(write_through({event("then " + std::to_string(c.error))}));
    }
}

TEST_F(AuditFileTest, keeps_recorded_events_while_the_disk_is_full_and_says_so_once) {
    start();
    disk.set_capacity(0);
    for (int i = 0; i < 10; ++i) {
        store->record(event("r" + std::to_string(i)));
        EXPECT_EQ(write_through({event("t" + std::to_string(i))}).error(), StoreFault::full);
    }
    EXPECT_THAT(written(), SizeIs(0));
    disk.set_capacity({});
    ASSERT_TRUE(write_through({event("t")}));
    EXPECT_THAT(written(),
                ElementsAre("r0", "r1", "r2", "r3", "r4", "r5", "r6", "r7", "r8", "r9", "t"));
    std::size_t began = 0, ended = 0;
    for (const auto& line : logged()) {
        began += line.contains("cannot be written") ? 1 : 0;
        ended += line.contains("is written again") ? 1 : 0;
    }
    EXPECT_EQ(began, 1u);
    EXPECT_EQ(ended, 1u);
}

TEST_F(AuditFileTest, tries_again_by_itself) {
    start();
    disk.fail(DiskCall::append, EIO, 3);
    store->record(event("a"));
    while (disk.calls(DiskCall::append) < 4) std::this_thread::yield();
    store.reset();
    EXPECT_THAT(written(), ElementsAre("a"));
}

TEST_F(AuditFileTest, counts_what_does_not_fit_and_writes_the_count_first) {
    start({.queue_octets = 20'000});
    disk.set_capacity(0);
    store->record(event("r"));
    EXPECT_FALSE(write_through({event("t")}));  // from here on the writer holds nothing
    for (int i = 0; i < 1'000; ++i) store->record(event(std::to_string(i)));
    disk.set_capacity({});
    ASSERT_TRUE(write_through({event("t")}));
    const auto all = recorded();
    std::uint64_t missing = 0;
    for (const auto& one : all) {
        if (one.event.event == "audit.gap") missing += one.event.repeat_count;
    }
    EXPECT_GT(missing, 900u);
    EXPECT_EQ(all.front().event.event, "audit.gap");
    EXPECT_EQ(all.front().event.severity, audit::Severity::critical);
    std::uint64_t events = 0;
    for (const auto& one : all) events += one.event.event == "audit.gap" ? 0 : 1;
    EXPECT_EQ(events + missing, 1'002u) << "each event is written or counted";
    EXPECT_EQ(all.back().stamp.seq, all.size()) << "seq has no gap";
}

TEST_F(AuditFileTest, ends_although_the_disk_fails) {
    start();
    disk.fail(DiskCall::append, EIO, 1'000'000);
    store->record(event("a"));
    store.reset();
    EXPECT_THAT(written(), SizeIs(0));
}

TEST_F(AuditFileTest, does_not_open_where_it_may_not) {
    disk.fail(DiskCall::lock, EWOULDBLOCK);
    const auto opened = AuditFile::open(disk.directory(), {clock, ids, log, redactor}, {});
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error(), FileFault{EWOULDBLOCK});
}

TEST_F(AuditFileTest, is_written_by_many_threads_without_a_gap) {
    start({.writer = {.node = "", .instance = "", .rotate_octets = 20'000}});
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([this, t] {
            for (int i = 0; i < 50; ++i) {
                const auto id = std::to_string(t) + "-" + std::to_string(i);
                store->record(event("r" + id));
                if (i % 10 == 0) EXPECT_TRUE(write_through({event("t" + id)}));
            }
        });
    }
    for (auto& thread : threads) thread.join();
    store.reset();
    const auto all = recorded();
    EXPECT_EQ(all.size(), 220u);
    for (std::size_t i = 0; i < all.size(); ++i) EXPECT_EQ(all[i].stamp.seq, i + 1);
    EXPECT_THAT(disk.names(), SizeIs(testing::Gt(1u)));
}

}  // namespace
}  // namespace signet::observe
