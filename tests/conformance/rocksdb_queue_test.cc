#include "store/rocksdb_queue.h"
#include "conformance/queue_holds.h"
#include "conformance/queue_turns.h"
#include "store/memory_audit.h"

#include <filesystem>
#include <thread>

namespace signet::conformance {
namespace {

namespace fs = std::filesystem;

class RocksBench final : public QueueBench {
public:
    RocksBench() {
        auto opened = store::RocksQueue::open({.directory = directory_ / "spool"},
                                              {clock, ids, audit_, disk_});
        EXPECT_TRUE(opened) << opened.error().message;
        store_ = std::move(*opened);
    }
    ~RocksBench() override {
        store_.reset();
        fs::remove_all(directory_);
    }
    queue::QueueStore& store() override { return *store_; }
    std::vector<audit::Event> events() override {
        while (store_->waiting_events() > 0)
            std::this_thread::sleep_for(std::chrono::milliseconds{1});
        return audit_.events();
    }

private:
    static fs::path new_directory() {
        auto name = (fs::temp_directory_path() / "signet-queue-XXXXXX").string();
        EXPECT_NE(::mkdtemp(name.data()), nullptr);
        return name;
    }
    const fs::path directory_ = new_directory();
    store::MemoryAudit audit_;
    net::WorkerPool disk_{{.name = "disk", .threads = 2, .max_wait = {}}};
    std::unique_ptr<store::RocksQueue> store_;
};

std::unique_ptr<QueueBench> make_bench() { return std::make_unique<RocksBench>(); }

INSTANTIATE_TEST_SUITE_P(RocksDb, QueueStoreSuite, testing::Values(&make_bench));
INSTANTIATE_TEST_SUITE_P(RocksDb, QueueTurns, testing::Values(&make_bench));

}  // namespace
}  // namespace signet::conformance
