// What each call to the queue does to the spool, decided on the committer's thread.
#pragma once

#include "store/rocksdb_spool.h"

namespace signet::store {

// Content of a draft as it was written: head and, unless it is in a file, the content itself.
struct DraftContent {
    std::string head;
    std::string inlined;
    bool in_file = false;
};

// What becomes true together with a new entry.
struct Accompanying {
    audit::Event event;
    queue::ToldAtOnce told;
};

// A new entry whose content is already where it belongs.  conflict: it does not fit a record, or
// the id of a report is in use.  full: the disk is nearly full.
Result<Change, StoreFault> plan_accept(Spool& spool, const queue::Entry& entry,
                                       DraftContent content, Accompanying with);
Result<Change, StoreFault> plan_settle(Spool& spool, const queue::Lease& lease,
                                       queue::Outcome outcome);
// `found` is set to whether there is such an entry; without one nothing changes.
Result<Change, StoreFault> plan_edit(Spool& spool, const queue::QueueId& id, queue::Edit edit,
                                     bool& found);
Result<Change, StoreFault> plan_set_aside(Spool& spool, const queue::QueueId& id,
                                          audit::Event event);

}  // namespace signet::store
