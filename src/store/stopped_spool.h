// The spool of a server that does not run, damaged or not, read for its messages: nothing in it is
// changed, repaired or made.  What cannot be read is said, and keeps nothing else from being read.
// Calls may block.
#pragma once

#include "queue/message.h"
#include "store/database_reader.h"
#include "store/descriptor.h"
#include "store/spool_files.h"

#include <set>

namespace signet::store {

class StoppedSpool {
public:
    // scratch: where a damaged database is copied to and the copy repaired; a directory that is
    // there, outside the spool, for the caller to remove.
    // busy: a server runs on it.  io: there is no spool.
    static Result<std::unique_ptr<StoppedSpool>, SpoolFault> open(
        const std::filesystem::path& path, const std::filesystem::path& scratch);

    // What is wrong with the database itself: sentences for the administrator.
    const std::vector<std::string>& damage() const { return damage_; }
    // Of all of which there is an entry or content, oldest first.  In a spool that is whole that
    // is: of all entries.
    const std::set<queue::QueueId>& ids() const { return ids_; }

    // Its state is hold, deferred or incoming.  The error says why it cannot be read.
    Result<queue::Entry, std::string> entry(const queue::QueueId& id) const;
    // Gives the content in parts to `take` until that says false; with its entry the prepend comes
    // first.  The error says why it is not whole: what was given out by then is all there is.
    using Take = std::function<bool(std::string_view part)>;
    Result<void, std::string> content(const queue::QueueId& id, const queue::Entry* entry,
                                      const Take& take) const;

private:
    explicit StoppedSpool(std::filesystem::path path) : path_(std::move(path)) {}
    Result<void, SpoolFault> lock();
    void open_database(const std::filesystem::path& scratch);
    bool open_copy(const std::filesystem::path& scratch);
    bool find_ids();
    void find_bodies();
    Result<void, std::string> body(const queue::QueueId& id, std::uint64_t octets,
                                   std::uint32_t checksum, const Take& take) const;

    const std::filesystem::path path_;
    Descriptor lock_;
    std::unique_ptr<DatabaseReader> database_;  // null: not to be read even in part
    std::vector<std::string> damage_;
    std::set<queue::QueueId> ids_;
};

}  // namespace signet::store
