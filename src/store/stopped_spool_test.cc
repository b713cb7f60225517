// A spool that no server runs on, whole and damaged at every place that matters.  After each test
// it is, octet for octet, what it was before it was read.
#include "store/stopped_spool.h"

#include "base/entropy.h"
#include "net/run_task.h"
#include "queue/record.h"
#include "store/memory_audit.h"
#include "store/rocksdb_keys.h"
#include "store/rocksdb_queue.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

namespace signet::store {
namespace {

namespace fs = std::filesystem;
using net::run_task;
using testing::HasSubstr;

std::string octets_of(const fs::path& file) {
    std::ifstream in{file, std::ios::binary};
    return {std::istreambuf_iterator<char>{in}, {}};
}

class StoppedSpoolTest : public testing::Test {
protected:
    StoppedSpoolTest() {
        auto name = (fs::temp_directory_path() / "signet-stopped-XXXXXX").string();
        EXPECT_NE(::mkdtemp(name.data()), nullptr);
        parent_ = name;
        fs::create_directory(parent_ / "scratch");
        start();
    }
    ~StoppedSpoolTest() override {
        spool_.reset();
        queue_.reset();
        if (!before_.empty()) EXPECT_EQ(everything(), before_) << "the spool was changed";
        fs::remove_all(parent_);
    }

    fs::path path() const { return parent_ / "spool"; }
    void start() {
        auto opened = RocksQueue::open({.directory = path()}, {clock_, ids_, audit_, disk_});
        ASSERT_TRUE(opened) << opened.error().message;
        queue_ = std::move(*opened);
    }
    // What was in the log is in tables then.
    void restart() {
        queue_.reset();
        start();
    }
    queue::QueueId accept(std::string_view content) {
        auto draft = run_task(queue_->begin());
        EXPECT_TRUE(run_task((*draft)->append(content)));
        queue::MessageInfo info;
        info.envelope.recipients = {{{"bob", "example.net"}}};
        info.prepend = "Received: x\r\n";
        EXPECT_TRUE(run_task((*draft)->commit(std::move(info), {})));
        return (*draft)->id();
    }
    // The server has stopped; what is there now must still be there at the end.
    void open() {
        queue_.reset();
        before_ = everything();
        auto opened = StoppedSpool::open(path(), parent_ / "scratch");
        ASSERT_TRUE(opened) << opened.error().message;
        spool_ = std::move(*opened);
    }
    std::map<std::string, std::string> everything() const {
        std::map<std::string, std::string> all;
        for (const auto& file : fs::recursive_directory_iterator{path()}) {
            all[file.path().string()] = file.is_regular_file() ? octets_of(file.path()) : "";
        }
        return all;
    }
    // "whole: CONTENT", or why it is not.
    std::string read(const queue::QueueId& id) {
        const auto entry = spool_->entry(id);
        std::string octets;
        const auto content =
            spool_->content(id, entry ? &*entry : nullptr, [&](std::string_view part) {
                octets += part;
                return true;
            });
        last_ = octets;
        if (!entry) return entry.error() + (content ? "" : "; " + content.error());
        return content ? "whole: " + octets : content.error();
    }
    std::string said() const {
        std::string all;
        for (const auto& sentence : spool_->damage()) all += sentence + "\n";
        return all;
    }
    std::vector<fs::path> files(std::string_view extension) const {
        std::vector<fs::path> all;
        for (const auto& file : fs::directory_iterator{path() / "db"}) {
            if (file.path().extension() == extension) all.push_back(file.path());
        }
        std::ranges::sort(all);
        return all;
    }
    static void flip(const fs::path& file, std::size_t at) {
        auto octets = octets_of(file);
        ASSERT_LT(at, octets.size());
        octets[at] = static_cast<char>(octets[at] ^ 0x55);
        std::ofstream{file, std::ios::binary} << octets;
    }
    static std::size_t place_of(const fs::path& file, std::string_view text) {
        const auto at = octets_of(file).find(text);
        EXPECT_NE(at, std::string::npos);
        return at;
    }
    fs::path body(const queue::QueueId& id) const { return path() / "body" / id.substr(24) / id; }

    fs::path parent_;
    ManualClock clock_;
    SeededEntropy entropy_{3};
    UlidSource ids_{clock_, entropy_};
    MemoryAudit audit_;
    net::WorkerPool disk_{{.name = "disk", .threads = 2, .max_wait = {}}};
    std::unique_ptr<RocksQueue> queue_;
    std::unique_ptr<StoppedSpool> spool_;
    std::map<std::string, std::string> before_;
    std::string last_;  // what was read
    const std::string large_ = std::string(200'000, 'L');
};

TEST_F(StoppedSpoolTest, AWholeOneGivesEverythingFromTheLogAndFromTables) {
    const auto table = accept("in a table"), big = accept(large_);
    restart();
    const auto log = accept("in the log");
    using Edit = queue::Edit;
    ASSERT_TRUE(*run_task(queue_->edit(log, Edit{Edit::Kind::hold, {}})));
    const auto gone = accept("gone");
    ASSERT_TRUE(*run_task(queue_->edit(gone, Edit{Edit::Kind::remove, {}})));
    open();
    EXPECT_EQ(said(), "");
    EXPECT_EQ(spool_->ids(), (std::set<queue::QueueId>{table, big, log}));
    EXPECT_EQ(read(table), "whole: Received: x\r\nin a table");
    EXPECT_EQ(read(log), "whole: Received: x\r\nin the log");
    EXPECT_TRUE(read(big) == "whole: Received: x\r\n" + large_);
    EXPECT_EQ(spool_->entry(log)->state, queue::State::hold);
    EXPECT_EQ(spool_->entry(table)->state, queue::State::incoming);
}

TEST_F(StoppedSpoolTest, OneThatAServerRunsOnIsLeftAlone) {
    accept("x");
    const auto busy = StoppedSpool::open(path(), parent_ / "scratch");
    ASSERT_FALSE(busy);
    EXPECT_EQ(busy.error().kind, SpoolFault::Kind::busy);
    EXPECT_FALSE(StoppedSpool::open(parent_ / "nothing", parent_ / "scratch"));
    EXPECT_FALSE(fs::exists(parent_ / "nothing"));
}

TEST_F(StoppedSpoolTest, AFileOfContentThatIsMissingCutOrChangedIsSaid) {
    const auto missing = accept(large_), cut = accept(large_), changed = accept(large_);
    fs::remove(body(missing));
    fs::resize_file(body(cut), 1'000);
    flip(body(changed), 7);
    open();
    EXPECT_EQ(said(), "");
    EXPECT_EQ(read(missing), "the file of its content cannot be opened: No such file or directory");
    EXPECT_EQ(read(cut), "the file of its content is not as it was written");
    EXPECT_EQ(last_, "Received: x\r\n" + std::string(1'000, 'L'));
    EXPECT_EQ(read(changed), "the file of its content is not as it was written");
    EXPECT_EQ(last_.size(), 13 + large_.size());
}

TEST_F(StoppedSpoolTest, ALogDamagedInItsMiddleLosesTheBlockThatIsDamaged) {
    // The library takes the rest of a block of 32 KiB for lost.
    const auto first = accept("first"), second = accept("second one" + std::string(40'000, 'x')),
               third = accept("third");
    queue_.reset();
    const auto log = files(".log").back();
    flip(log, place_of(log, "second one"));
    open();
    EXPECT_THAT(said(), HasSubstr("the spool's database: "));
    EXPECT_EQ(read(first), "whole: Received: x\r\nfirst");
    EXPECT_EQ(read(third), "whole: Received: x\r\nthird");
    EXPECT_FALSE(spool_->ids().contains(second));
}

TEST_F(StoppedSpoolTest, ALogThatIsCutGivesWhatIsBeforeTheCut) {
    const auto first = accept("first");
    accept("second");
    queue_.reset();
    const auto log = files(".log").back();
    fs::resize_file(log, place_of(log, "second"));
    open();
    EXPECT_EQ(read(first), "whole: Received: x\r\nfirst");
}

TEST_F(StoppedSpoolTest, AnOctetChangedInATableHarmsOneMessage) {
    const auto first = accept("first"), second = accept("second one"), third = accept("third");
    restart();
    queue_.reset();
    const auto table = files(".sst").back();
    flip(table, place_of(table, "second one"));
    open();
    EXPECT_EQ(read(first), "whole: Received: x\r\nfirst");
    EXPECT_EQ(read(second), "its content cannot be read: wrong checksum");
    EXPECT_EQ(read(third), "whole: Received: x\r\nthird");
}

TEST_F(StoppedSpoolTest, ATableThatIsCutTakesItsMessagesAndNoOthers) {
    const auto lost = accept("lost"), big = accept(large_);
    restart();
    const auto kept = accept("kept");
    restart();
    queue_.reset();
    const auto tables = files(".sst");
    ASSERT_GE(tables.size(), 2u);
    const auto cut = std::ranges::find_if(tables, [&](const auto& table) {
        return octets_of(table).find("lost") != std::string::npos;
    });
    ASSERT_NE(cut, tables.end());
    fs::resize_file(*cut, fs::file_size(*cut) / 2);
    open();
    EXPECT_NE(said(), "");
    EXPECT_EQ(read(kept), "whole: Received: x\r\nkept");
    EXPECT_FALSE(spool_->ids().contains(lost));
    // All that is left of this one is a file without an envelope.
    ASSERT_TRUE(spool_->ids().contains(big));
    EXPECT_EQ(read(big), "its envelope is missing; nothing says whether its content is whole");
    EXPECT_TRUE(last_ == large_);
}

TEST_F(StoppedSpoolTest, WithoutTheListOfTablesTheyAreReadAllTheSame) {
    const auto first = accept("first");
    restart();
    queue_.reset();
    for (const auto& file : fs::directory_iterator{path() / "db"}) {
        const auto name = file.path().filename().string();
        if (name.starts_with("MANIFEST") || name == "CURRENT") fs::remove(file.path());
    }
    open();
    EXPECT_NE(said(), "");
    EXPECT_EQ(read(first), "whole: Received: x\r\nfirst");
}

TEST_F(StoppedSpoolTest, OfADatabaseThatIsGoneTheFilesAreLeft) {
    const auto big = accept(large_);
    queue_.reset();
    for (const auto& file : fs::directory_iterator{path() / "db"}) {
        std::ofstream{file.path(), std::ios::trunc};
    }
    open();
    EXPECT_NE(said(), "");
    ASSERT_TRUE(spool_->ids().contains(big));
    EXPECT_NE(read(big).find("nothing says whether its content is whole"), std::string::npos);
    EXPECT_TRUE(last_ == large_);
}

TEST_F(StoppedSpoolTest, AnEntryThatCannotBeReadStillHasItsContent) {
    const auto id = accept("content");
    queue_.reset();
    {
        auto database = Database::open(path() / "db", Database::Damage::refuse);
        Database::Batch batch;
        batch.put(key::entry(id), "no record");
        ASSERT_TRUE((*database)->write(batch, Database::Sync::yes));
    }
    open();
    EXPECT_EQ(read(id), "its envelope cannot be read: not a record");
    EXPECT_EQ(last_, "content");
}

}  // namespace
}  // namespace signet::store
