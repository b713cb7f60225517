// The few calls of a file system that the audit log makes, so that a test can make each one fail.
//
// Faults are errno values.  A call that was interrupted (EINTR) is made again, not reported.
#pragma once

#include "base/result.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace signet::observe {

struct FileFault {
    int error = 0;  // an errno

    bool full() const;  // ENOSPC, EDQUOT, EFBIG
    std::string text() const;
    auto operator<=>(const FileFault&) const = default;
};

// An open file.  Not safe for concurrent use.
class File {
public:
    virtual ~File() = default;  // closes
    virtual Result<std::uint64_t, FileFault> size() = 0;
    // Fewer octets than asked for only at the end of the file.
    virtual Result<std::string, FileFault> read(std::uint64_t offset, std::size_t octets) = 0;
    // At the end of the file.  How many octets are in it now: perhaps fewer than given, never 0.
    virtual Result<std::size_t, FileFault> append(std::string_view octets) = 0;
    virtual Result<void, FileFault> truncate(std::uint64_t size) = 0;
    // The octets are on the disk.  After a fault this file is never synced again: the kernel
    // forgets what it could not write, and the next call would say that all is well.
    virtual Result<void, FileFault> sync() = 0;
};

// A directory that is open.  Names have no "/".  Not safe for concurrent use.
class Directory {
public:
    virtual ~Directory() = default;  // closes, and gives the lock back
    // Created with mode 0600 if it is not there.  Never follows a symbolic link (ELOOP), never
    // opens what is no plain file (ENOTSUP).
    virtual Result<std::unique_ptr<File>, FileFault> open_to_append(const std::string& name) = 0;
    virtual Result<std::unique_ptr<File>, FileFault> open_to_read(const std::string& name) = 0;
    virtual Result<std::vector<std::string>, FileFault> list() = 0;  // sorted
    // EEXIST: never over a file that is there.
    virtual Result<void, FileFault> rename(const std::string& from, const std::string& to) = 0;
    virtual Result<void, FileFault> sync() = 0;  // its names are on the disk
    // One process at a time.  EWOULDBLOCK: another one has it.
    virtual Result<void, FileFault> lock() = 0;
};

// Made with mode 0700 (its parents must be there) if `create` and it is not there.  EACCES: others
// may write into it.
Result<std::unique_ptr<Directory>, FileFault> open_directory(const std::string& path, bool create);

}  // namespace signet::observe
