// Files and folders that only this user may open, and that are on the disk when the call returns.
#pragma once

#include "base/result.h"
#include "base/store_fault.h"

#include <string>

namespace signet::store {

struct FileFault {
    StoreFault fault = StoreFault::unavailable;
    std::string detail;  // for the operator: what could not be done, and the system's word for it
};

// Makes the folder (0700; its parents with the user's umask) unless it is there.
// A folder that others may write to is refused: they could put another file in ours' place.
Result<void, FileFault> make_private_folder(const std::string& path);

enum class Existing {
    keep,
    refuse
};

// Makes an empty file (0600) unless it is there.  One that is there must be a plain file (no
// symbolic link) of this user, and loses the rights that others have; with Existing::refuse it is a
// conflict.  The folder is synced when a file was made.
Result<void, FileFault> make_private_file(const std::string& path, Existing existing);

// What was written to the file is on the disk.
Result<void, FileFault> sync_file(const std::string& path);

}  // namespace signet::store
