// The spool directory, its lock, and the contents that are files of their own.
//
// Every call may block: never on an I/O thread.  Safe for concurrent use, each file by one caller.
// Files are 0600, directories 0700, and no symbolic link is followed.
#pragma once

#include "base/result.h"
#include "base/store_fault.h"
#include "queue/message.h"
#include "store/descriptor.h"

#include <filesystem>
#include <functional>
#include <memory>
#include <string_view>

namespace signet::store {

struct SpoolFault {
    enum class Kind {
        busy,     // another Signet runs on this spool
        unsafe,   // others may read or change it, or it is not a directory of ours
        newer,    // written by a newer Signet; nothing was changed
        damaged,  // not to be read even in part; a copy is in quarantine/
        io,       // the system refused
    } kind = Kind::io;
    std::string message;  // for the administrator: what, where, what to do
};

struct FreeSpace {
    std::uint64_t octets = 0;
    std::uint64_t files = 0;
};

class SpoolFiles {
public:
    // Creates what is missing (not the parent directory) and takes the lock for as long as the
    // object lives.
    static Result<std::shared_ptr<SpoolFiles>, SpoolFault> open(const std::filesystem::path& path);

    const std::filesystem::path& path() const { return path_; }
    Result<FreeSpace, StoreFault> free_space() const;

    // Content that arrives is in tmp/ID until it is published.
    Result<Descriptor, StoreFault> create(const queue::QueueId& id);
    static Result<void, StoreFault> write(const Descriptor& file, std::string_view octets);
    // Synced, then renamed to body/XX/ID, then the directory synced.  After a fault the file is
    // not to be trusted, whatever a second sync would say: drop it.
    Result<void, StoreFault> publish(const queue::QueueId& id, const Descriptor& file);
    void drop(const queue::QueueId& id);  // tmp/ID

    // conflict: there is none.
    Result<Descriptor, StoreFault> open_body(const queue::QueueId& id) const;
    // At most `size` octets from `offset`; fewer only at the end of the file.
    static Result<std::string, StoreFault> read(const Descriptor& file, std::uint64_t offset,
                                                std::size_t size);
    void remove(const queue::QueueId& id);  // body/XX/ID, if there

    // At start: empties tmp/, and takes away each body that `known` does not know: deleted, or
    // moved to quarantine/ when `set_aside`.  Answers how many bodies that were.
    Result<std::size_t, StoreFault> sweep(const std::function<bool(const queue::QueueId&)>& known,
                                          bool set_aside);

private:
    SpoolFiles() = default;
    Result<Descriptor, StoreFault> body_directory(const queue::QueueId& id) const;
    Result<std::size_t, StoreFault> sweep_directory(
        const std::string& name, const std::function<bool(const queue::QueueId&)>& known,
        bool set_aside);

    std::filesystem::path path_;
    Descriptor directory_, lock_, tmp_, body_, quarantine_;
};

}  // namespace signet::store
