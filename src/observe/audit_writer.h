// Writes events into the files of the audit log.  No thread, no queue: see AuditFile.
//
// Laws:
// - seq has no gap for this node, over restarts, rotation and faults.  (An event that was written
//   and then lost by a failed sync leaves its seq behind; "audit.gap" names it.)
// - A line is whole or closed: a torn one is never the beginning of the next.
// - What sync() said yes to is on the disk.  After a failed sync the file is set aside and never
//   synced again.
#pragma once

#include "audit/event.h"
#include "observe/audit_files.h"
#include "observe/log.h"
#include "observe/recent_ids.h"

#include <span>

namespace signet::observe {

struct AuditWriterOptions {
    std::string node, instance;
    std::uint64_t rotate_octets = 256u << 20;  // a file that has as many gets its full name
};

// Not safe for concurrent use.
class AuditWriter {
public:
    // All of them outlive the writer.
    AuditWriter(Directory& directory, const Clock& clock, UlidSource& ids, Log& log,
                AuditWriterOptions options);

    // Reads where the log ended and takes the lock.  EWOULDBLOCK: another process writes here.
    Result<void, FileFault> open();

    struct Appended {
        std::size_t events = 0;          // so many from the front are in the file, not yet synced
        std::optional<FileFault> fault;  // why not all of them
    };
    Appended append(std::span<const audit::Event> events);
    Result<void, FileFault> sync();

    bool unsynced() const { return synced_seq_ < last_seq_; }
    // Written already, by this process or before its start; knows the last ones only.
    bool knows(const Ulid& id) const { return known_.contains(id); }
    // An event that says that others are missing.
    audit::Event gap(std::uint64_t missing, std::string detail) const;
    std::uint64_t last_seq() const { return last_seq_; }

private:
    Result<void, FileFault> open_current();
    Result<void, FileFault> rotate();
    Result<void, FileFault> append_text(std::string_view text);
    Appended append_some(std::span<const audit::Event> events);
    void set_aside(FileFault fault);
    void report_tail(const Tail& tail);

    Directory& directory_;
    const Clock& clock_;
    UlidSource& ids_;
    Log& log_;
    const AuditWriterOptions options_;

    // The file that is written; file is null while none is open.
    struct Current {
        std::unique_ptr<File> file;
        std::uint64_t size = 0;
        bool torn = false;          // does not end with a line end
        bool names_synced = false;  // the directory, since it was opened
    };
    Current current_;
    std::uint64_t last_seq_ = 0, synced_seq_ = 0;
    std::vector<audit::Event> gaps_;  // to be written first
    RecentIds known_{kTailEvents};
    std::vector<Ulid> unsynced_ids_;
};

}  // namespace signet::observe
