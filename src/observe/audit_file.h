// The audit log as files: what audit::AuditStore promises, by one thread of its own.
//
// record() puts the event into a bounded queue.  The writer thread appends what is queued and syncs
// it within a second; write_through() waits for its sync.  When the disk is full or broken, the
// operations log says so, recorded events wait, and the writer tries again every second and
// whenever somebody writes through.  What does not fit the queue is counted, and the count is the
// next event written ("audit.gap").
//
// Each event also goes to the operations log as its text line, at once, whatever the disk does.
#pragma once

#include "audit/audit_store.h"
#include "audit/redact.h"
#include "observe/audit_writer.h"
#include "observe/rush.h"

#include <atomic>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

namespace signet::observe {

struct AuditFileOptions {
    AuditWriterOptions writer = {};
    std::size_t queue_octets = 16u << 20;
    std::chrono::milliseconds retry{1'000};       // after a fault
    std::chrono::milliseconds sync_after{1'000};  // recorded events, while nothing else comes
};

// What it uses; all of it outlives the store.
struct AuditFileParts {
    const Clock& clock;
    UlidSource& ids;
    Log& log;
    const audit::Redactor& redactor;
};

class AuditFile final : public audit::AuditStore {
public:
    static Result<std::unique_ptr<AuditFile>, FileFault> open(std::unique_ptr<Directory> directory,
                                                              AuditFileParts parts,
                                                              AuditFileOptions options);
    // Writes and syncs what is queued, if the disk takes it.  Nobody may be in a call.
    ~AuditFile() override;

    void record(audit::Event event) override;
    // full: no space.  unavailable: any other fault.  Nothing is promised then; some of the events
    // may be written nevertheless, and are skipped when they come again.
    Result<void, StoreFault> write_through(std::span<const audit::Event> events) override;

    std::size_t waiting() const;  // events that are not written yet
    std::uint64_t failures() const { return failures_.load(std::memory_order_relaxed); }
    bool healthy() const { return healthy_.load(std::memory_order_relaxed); }  // the last try

private:
    struct Request {
        std::optional<Result<void, StoreFault>> answer;
    };
    struct Item {
        audit::Event event;
        std::size_t octets = 0;
        bool through = false;  // belongs to a request: not kept when it cannot be written
    };

    AuditFile(std::unique_ptr<Directory> directory, AuditFileParts parts, AuditFileOptions options);
    void run();
    void wait_for_work(std::unique_lock<std::mutex>& lock);
    std::optional<FileFault> carry(std::vector<Item>& items, std::uint64_t lost, bool sync);
    void put_back(std::vector<Item> items);
    void answer(const std::vector<Request*>& requests, const std::optional<FileFault>& fault);
    void note(const std::optional<FileFault>& fault);
    void tell(const audit::Event& event);

    std::unique_ptr<Directory> directory_;
    const AuditFileParts parts_;
    const AuditFileOptions options_;
    AuditWriter writer_;              // of the thread alone, once it runs
    std::optional<FileFault> fault_;  // of the last try; of the thread alone

    std::atomic<std::uint64_t> failures_{0};
    std::atomic<bool> healthy_{true};

    mutable std::mutex mutex_;
    std::condition_variable changed_;
    struct Queue {
        std::deque<Item> items;
        std::size_t octets = 0;          // of items, and of those the thread is carrying
        std::uint64_t lost = 0;          // events that did not fit
        std::vector<Request*> requests;  // their events are in items
    };
    Queue queue_;
    struct {
        bool stopping = false;
        bool idle = false;  // it waits for an event
        Rush rush = {};     // its own
    } state_;               // of the thread
    std::thread thread_;
};

}  // namespace signet::observe
