// What operators have paused, kept over a restart in a file of its own below storage.path
// (docs/decisions/0167-pauses-are-kept-in-a-file.md).
#pragma once

#include "app/files.h"
#include "queue/pause.h"

#include <functional>
#include <mutex>
#include <string>
#include <vector>

namespace signet::app {

class KeptPauses {
public:
    explicit KeptPauses(const std::string& storage_path) : path_(storage_path + "/pauses") {}

    // None if there is no file.  A file that cannot be read is a problem: to go on would send what
    // somebody wanted to stay.
    Result<std::vector<queue::Pause>, std::string> read() const;
    // `current` is asked when it is this call's turn to write, so that the last to write has the
    // newest.  Blocks on the disk.  Safe for concurrent use.
    FileResult write(const std::function<std::vector<queue::Pause>()>& current);

private:
    const std::string path_;
    std::mutex writing_;
};

}  // namespace signet::app
