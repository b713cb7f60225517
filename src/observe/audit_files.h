// The files of the audit log in their directory, and what a start reads of them.
//
//   audit.ndjson                        the file that is written
//   audit-00000000000000001234.ndjson   full ones, named by the seq of their last event, so that
//                                       names sort as the events do
#pragma once

#include "audit/json.h"
#include "observe/files.h"

#include <functional>

namespace signet::observe {

inline constexpr std::string_view kCurrentAuditFile = "audit.ndjson";

std::string full_audit_file(std::uint64_t last_seq);
std::optional<std::uint64_t> last_seq_of(std::string_view name);  // of a full file; else nullopt

// The names of all files of the log, oldest first.
Result<std::vector<std::string>, FileFault> audit_files(Directory& directory);

struct Tail {
    std::uint64_t last_seq = 0;      // 0: no event yet
    std::vector<Ulid> ids;           // of the last events, at most kTailEvents
    std::uint64_t current_size = 0;  // octets of the file that is written
    bool torn = false;               // its last line has no end: a crash, or no space
    bool torn_is_event = false;      // … but is a whole event
    std::size_t unreadable = 0;      // other lines that are no events
};
inline constexpr std::size_t kTailEvents = 16'384;

// Reads at most the last 8 MiB, from several files if the last ones are short.
Result<Tail, FileFault> read_tail(Directory& directory);

// Gives every event to `take`, oldest first, until it answers false.  A line that is no event is
// counted and passed over.  May run while another process writes.  An event that was written anew
// after a fault is given twice, with one id and two seqs.  Memory: one line, at most 4 MiB.
// The answer: how many lines were no events.
Result<std::size_t, FileFault> read_audit(Directory& directory,
                                          const std::function<bool(const audit::Recorded&)>& take);

}  // namespace signet::observe
