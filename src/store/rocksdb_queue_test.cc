// What a crash, a bad disk and a full one do to the spool.  What every queue must do is in
// tests/conformance/queue_store.h; a kill at every system call is in tests/crash/.
#include "store/rocksdb_queue.h"

#include "base/entropy.h"
#include "net/run_task.h"
#include "queue/record.h"
#include "queue/seal.h"
#include "store/memory_audit.h"
#include "store/rocksdb_database.h"
#include "store/rocksdb_keys.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <thread>

namespace signet::store {
namespace {

namespace fs = std::filesystem;
using net::run_task;

class RocksQueueTest : public testing::Test {
protected:
    RocksQueueTest() {
        auto name = (fs::temp_directory_path() / "signet-queue-XXXXXX").string();
        EXPECT_NE(::mkdtemp(name.data()), nullptr);
        parent_ = name;
        open();
    }
    ~RocksQueueTest() override {
        queue_.reset();
        fs::remove_all(parent_);
    }

    fs::path spool() const { return parent_ / "spool"; }
    Result<std::unique_ptr<RocksQueue>, SpoolFault> try_open(std::uint64_t limit = 1'000'000) {
        return RocksQueue::open({.directory = spool(), .message_limit = limit},
                                {clock_, ids_, audit_, disk_});
    }
    void open() {
        auto opened = try_open();
        ASSERT_TRUE(opened) << opened.error().message;
        queue_ = std::move(*opened);
    }
    void reopen() {
        queue_.reset();
        open();
    }
    // With the queue closed: changes rows behind its back.
    void with_database(const std::function<void(Database&, Database::Batch&)>& change) {
        queue_.reset();
        auto database = Database::open(spool() / "db", Database::Damage::refuse);
        ASSERT_TRUE(database);
        Database::Batch batch;
        change(**database, batch);
        ASSERT_TRUE((*database)->write(batch, Database::Sync::yes));
    }
    queue::QueueId accept(std::string_view content) {
        auto draft = run_task(queue_->begin());
        EXPECT_TRUE(draft);
        EXPECT_TRUE(run_task((*draft)->append(content)));
        EXPECT_TRUE(run_task((*draft)->commit(message(), event())));
        return (*draft)->id();
    }
    queue::MessageInfo message() {
        queue::MessageInfo info;
        info.envelope.recipients = {{{"bob", "example.net"}}};
        info.prepend = "Received: x\r\n";
        info.accepted = clock_.wall();
        return info;
    }
    audit::Event event(std::string what = "message.accepted") {
        audit::Event one;
        one.event = std::move(what);
        return one;
    }
    std::vector<std::string> events() {
        while (queue_->waiting_events() > 0) {
            std::this_thread::sleep_for(std::chrono::milliseconds{1});
        }
        std::vector<std::string> names;
        for (const auto& one : audit_.events()) names.push_back(one.event);
        return names;
    }
    Result<std::string, StoreFault> content(const queue::QueueId& id) {
        auto reader = run_task(queue_->content(id));
        if (!reader) return fail(reader.error());
        std::string whole;
        for (;;) {
            const auto part = run_task((*reader)->read());
            if (!part) return part;
            if (part->empty()) return whole;
            whole += *part;
        }
    }
    fs::path body(const queue::QueueId& id) const { return spool() / "body" / id.substr(24) / id; }
    static void flip(const fs::path& file, std::streamoff at) {
        std::fstream stream{file, std::ios::in | std::ios::out | std::ios::binary};
        stream.seekg(at);
        const auto octet = static_cast<char>(stream.get());
        stream.seekp(at);
        stream.put(static_cast<char>(octet ^ 0x55));
        ASSERT_TRUE(stream.good());
    }
    fs::path newest_log() const {
        fs::path newest;
        for (const auto& file : fs::directory_iterator{spool() / "db"}) {
            if (file.path().extension() == ".log") newest = std::max(newest, file.path());
        }
        return newest;
    }
    bool says(std::string_view text) const {
        return std::ranges::any_of(queue_->report().damage, [&](const std::string& sentence) {
            return sentence.find(text) != std::string::npos;
        });
    }

    fs::path parent_;
    ManualClock clock_;
    SeededEntropy entropy_{3};
    UlidSource ids_{clock_, entropy_};
    MemoryAudit audit_;
    net::WorkerPool disk_{{.name = "disk", .threads = 2, .max_wait = {}}};
    std::unique_ptr<RocksQueue> queue_;
    const std::string large_ = std::string(200'000, 'L');
};

TEST_F(RocksQueueTest, WhatWasAcceptedIsThereAfterAnOrderlyEnd) {
    const auto small_id = accept("small"), large_id = accept(large_);
    reopen();
    EXPECT_EQ(queue_->report().entries, 2u);
    EXPECT_TRUE(queue_->report().damage.empty());
    EXPECT_EQ(*content(small_id), "Received: x\r\nsmall");
    EXPECT_TRUE(*content(large_id) == "Received: x\r\n" + large_);
    EXPECT_EQ(run_task(queue_->claim({.now = clock_.wall(), .count = 9}))->size(), 2u);
    EXPECT_EQ(events().size(), 2u);
}

TEST_F(RocksQueueTest, AHoldSurvivesARestartAndLeavesNothingBehind) {
    const auto held = accept("held");
    accept("free");
    using Edit = queue::Edit;
    ASSERT_TRUE(*run_task(queue_->edit(held, Edit{Edit::Kind::hold, event("queue.held")})));
    reopen();
    EXPECT_EQ(queue_->tally().hold.messages, 1u);
    EXPECT_EQ(run_task(queue_->find(held))->value().state, queue::State::hold);
    EXPECT_EQ(run_task(queue_->claim({.now = clock_.wall(), .count = 9}))->size(), 1u);
    ASSERT_TRUE(*run_task(queue_->edit(held, Edit{Edit::Kind::remove, event("queue.deleted")})));
    with_database([&](Database& database, Database::Batch& batch) {
        EXPECT_FALSE(database.get(key::hold(held))->has_value());
        batch.put(key::hold(held), "");  // as damage might leave it
    });
    open();
    EXPECT_EQ(queue_->tally().hold.messages, 0u);
}

TEST_F(RocksQueueTest, security_28_OnlyTheOwnerMayReadWhatTheDatabaseWrites) {
    accept("small");
    for (const auto& file : fs::recursive_directory_iterator{spool()}) {
        const auto others = file.status().permissions() & fs::perms{077};
        if (file.path().parent_path().filename() == "db") continue;  // behind a 0700 directory
        EXPECT_EQ(others, fs::perms::none) << file.path();
    }
    EXPECT_EQ(fs::status(spool() / "db").permissions(), fs::perms{0700});
}

TEST_F(RocksQueueTest, ASecondInstanceIsRefusedAndDoesNoHarm) {
    const auto id = accept("x");
    const auto second = try_open();
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().kind, SpoolFault::Kind::busy);
    EXPECT_EQ(*content(id), "Received: x\r\nx");
}

TEST_F(RocksQueueTest, ALeaseDiesWithTheProcess) {
    accept("x");
    const auto lease = run_task(queue_->claim({.now = clock_.wall(), .count = 1}));
    ASSERT_EQ(lease->size(), 1u);
    clock_.advance(std::chrono::seconds{1});
    reopen();
    const queue::Outcome delivered{.recipients = {{0, queue::RecipientOutcome::Kind::delivered}}};
    EXPECT_EQ(run_task(queue_->settle(lease->front(), delivered)).error(), StoreFault::conflict);
    EXPECT_EQ(run_task(queue_->claim({.now = clock_.wall(), .count = 1}))->size(), 1u);
    EXPECT_EQ(run_task(queue_->settle(lease->front(), delivered)).error(), StoreFault::conflict);
}

TEST_F(RocksQueueTest, NothingIsAcceptedWhenTheDiskIsNearlyFull) {
    queue_.reset();
    auto opened = try_open(std::uint64_t{1} << 60);
    ASSERT_TRUE(opened);
    queue_ = std::move(*opened);
    EXPECT_EQ(run_task(queue_->begin()).error(), StoreFault::full);
    EXPECT_TRUE(queue_->healthy());
}

TEST_F(RocksQueueTest, EventsWaitInTheSpoolUntilTheAuditLogTakesThem) {
    audit_.fail_with(StoreFault::unavailable);
    accept("1");
    EXPECT_GT(queue_->waiting_events(), 0u);
    reopen();
    EXPECT_EQ(queue_->report().events, 1u);
    accept("2");
    EXPECT_TRUE(audit_.events().empty());
    queue_.reset();
    audit_.fail_with({});
    open();
    EXPECT_EQ(queue_->report().events, 2u);
    EXPECT_EQ(events().size(), 2u);
    reopen();
    EXPECT_EQ(queue_->report().events, 0u);
    EXPECT_EQ(events().size(), 2u);
}

TEST_F(RocksQueueTest, FilesOfMessagesThatWereNeverAcceptedAreSwept) {
    const auto id = accept(large_);
    const auto orphan = ids_.next();
    fs::create_directories(body(orphan).parent_path());
    fs::copy_file(body(id), body(orphan));
    fs::copy_file(body(id), spool() / "tmp" / orphan);
    reopen();
    EXPECT_EQ(queue_->report().swept_files, 1u);
    EXPECT_FALSE(fs::exists(body(orphan)));
    EXPECT_TRUE(fs::is_empty(spool() / "tmp"));
    EXPECT_TRUE(fs::exists(body(id)));
}

TEST_F(RocksQueueTest, OneUnreadableRecordIsSetAsideAndBlocksNobody) {
    const auto bad = accept(large_), good = accept("good");
    ASSERT_EQ(events().size(), 2u);
    with_database([&](Database& database, Database::Batch& batch) {
        auto record = **database.get(key::entry(bad));
        record[20] = static_cast<char>(record[20] ^ 1);
        batch.put(key::entry(bad), record);
        batch.put(key::event(7'000), "not an event");
    });
    open();
    EXPECT_EQ(queue_->report().entries, 1u);
    EXPECT_TRUE(says("message " + bad));
    EXPECT_TRUE(says("an event"));
    EXPECT_TRUE(fs::exists(body(bad)));
    EXPECT_EQ(*content(good), "Received: x\r\ngood");
    EXPECT_FALSE(*run_task(queue_->find(bad)));
    const auto names = events();
    EXPECT_EQ(std::ranges::count(names, "queue.damaged"), 2);

    reopen();  // told once; its content stays
    EXPECT_TRUE(queue_->report().damage.empty());
    EXPECT_TRUE(fs::exists(body(bad)));
}

TEST_F(RocksQueueTest, ContentThatChangedOnDiskIsNeverGivenOut) {
    const auto in_file = accept(large_), inlined = accept("small"), missing = accept(large_);
    flip(body(in_file), 150'000);
    fs::remove(body(missing));
    with_database([&](Database& database, Database::Batch& batch) {
        auto record = **database.get(key::content(inlined));
        record.back() = 'L';
        batch.put(key::content(inlined), record);
    });
    open();
    for (const auto& id : {in_file, inlined, missing}) {
        ASSERT_TRUE(*run_task(queue_->find(id)));
        EXPECT_EQ(content(id).error(), StoreFault::corrupt);
        EXPECT_FALSE(*run_task(queue_->find(id)));  // set aside
    }
    EXPECT_TRUE(fs::exists(body(in_file)));
    EXPECT_TRUE(run_task(queue_->claim({.now = clock_.wall(), .count = 9}))->empty());
    EXPECT_EQ(std::ranges::count(events(), "message.quarantined"), 3);
}

TEST_F(RocksQueueTest, ASpoolOfANewerSignetIsRefusedUntouched) {
    const auto id = accept("x");
    with_database([&](Database& database, Database::Batch& batch) {
        const auto record = **database.get(key::entry(id));
        batch.put(key::entry(id),
                  queue::seal("SGQE", record.substr(queue::kFrame), queue::kEntryVersion + 1));
    });
    auto refused = try_open();
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, SpoolFault::Kind::newer);

    with_database([&](Database& database, Database::Batch& batch) {
        EXPECT_TRUE(*database.get(key::entry(id)));
        batch.put(key::kFormat, "2");
    });
    refused = try_open();
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, SpoolFault::Kind::newer);
    EXPECT_NE(refused.error().message.find("format 2"), std::string::npos);
}

// A copy of the files as they are while the queue runs: what a crash would leave.
TEST_F(RocksQueueTest, ATornEndOfTheLogCostsOnlyWhatWasNotSynced) {
    std::vector<queue::QueueId> ids;
    for (int i = 0; i < 20; ++i) ids.push_back(accept(std::string(5'000, 'x')));
    const auto log = newest_log();
    fs::copy(spool() / "db", parent_ / "crashed", fs::copy_options::recursive);
    queue_.reset();
    fs::remove_all(spool() / "db");
    fs::rename(parent_ / "crashed", spool() / "db");
    fs::resize_file(log, fs::file_size(log) - 1'000);
    open();
    EXPECT_TRUE(queue_->report().damage.empty());
    EXPECT_GE(queue_->report().entries, 18u);
    EXPECT_TRUE(*run_task(queue_->find(ids.front())));
}

TEST_F(RocksQueueTest, ALogThatIsDamagedInItsMiddleLosesOnlyThatAndSaysSo) {
    std::vector<queue::QueueId> ids;
    for (int i = 0; i < 100; ++i) ids.push_back(accept(std::string(20'000, 'x')));
    const auto large_id = accept(large_);
    const auto log = newest_log();
    fs::copy(spool() / "db", parent_ / "crashed", fs::copy_options::recursive);
    queue_.reset();
    fs::remove_all(spool() / "db");
    fs::rename(parent_ / "crashed", spool() / "db");
    flip(log, static_cast<std::streamoff>(fs::file_size(log) / 2));

    open();
    EXPECT_TRUE(says("the spool was damaged"));
    std::size_t found = 0;
    for (const auto& id : ids) found += run_task(queue_->find(id))->has_value() ? 1 : 0;
    EXPECT_LT(found, ids.size());
    EXPECT_GE(found, ids.size() - 6);  // far behind the damage too
    EXPECT_TRUE(*run_task(queue_->find(ids.back())));
    EXPECT_TRUE(*content(large_id) == "Received: x\r\n" + large_);
    EXPECT_EQ(std::ranges::count(events(), "queue.damaged"), 1);

    bool copied = false;
    for (const auto& entry : fs::directory_iterator{spool() / "quarantine"}) {
        copied |= fs::exists(entry.path() / log.filename());
    }
    EXPECT_TRUE(copied);
    reopen();
    EXPECT_TRUE(queue_->report().damage.empty());
    EXPECT_EQ(queue_->report().entries, found + 1);
}

TEST_F(RocksQueueTest, ATableThatIsDamagedIsRepairedAsFarAsItGoesAndSaysSo) {
    for (int i = 0; i < 100; ++i) accept(std::string(20'000, 'x'));
    reopen();  // writes the log out as a table
    const auto id = accept("behind");
    queue_.reset();
    std::size_t damaged = 0;
    for (const auto& file : fs::directory_iterator{spool() / "db"}) {
        if (file.path().extension() != ".sst" || fs::file_size(file) < 100'000) continue;
        flip(file.path(), 50'000);
        ++damaged;
    }
    ASSERT_GE(damaged, 1u);
    open();
    if (queue_->report().damage.empty()) {
        // The damage lies in contents, which are read when they are wanted.
        std::size_t refused = 0;
        const auto entries = run_task(queue_->list("", 1'000));
        ASSERT_TRUE(entries);
        EXPECT_EQ(entries->size(), 101u);
        for (const auto& entry : *entries) {
            const auto read = content(entry.id);
            if (!read) {
                EXPECT_EQ(read.error(), StoreFault::corrupt);
                ++refused;
            }
        }
        EXPECT_GE(refused, 1u);
        EXPECT_LE(refused, 3u);
    }
    EXPECT_EQ(*content(id), "Received: x\r\nbehind");
}

TEST_F(RocksQueueTest, TenThousandEntriesAreThereAtOnceAfterAStart) {
    with_database([&](Database& database, Database::Batch& batch) {
        (void)database;
        queue::Entry entry;
        entry.info = message();
        entry.recipients.resize(1);
        entry.content_octets = entry.info.prepend.size();
        entry.due = clock_.wall();
        for (int i = 0; i < 10'000; ++i) {
            entry.id = ids_.next();
            entry.info.account = i < 9'000 ? "job" : "ann";
            batch.put(key::entry(entry.id), *queue::encode_entry(entry));
            batch.put(key::content(entry.id), queue::encode_content_head({}));
        }
    });
    open();
    EXPECT_EQ(queue_->report().entries, 10'000u);
    EXPECT_EQ(queue_->size(), 10'000u);
    const auto claimed = run_task(queue_->claim({.now = clock_.wall(), .count = 100})).value();
    const auto whose = [](const queue::Lease& one) { return one.entry.info.account; };
    EXPECT_EQ(std::ranges::count(claimed, "job", whose), 50) << "and by turns";
    EXPECT_EQ(std::ranges::count(claimed, "ann", whose), 50);
}

}  // namespace
}  // namespace signet::store
