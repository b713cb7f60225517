// Whether a file is still the one that was read.
#pragma once

#include <sys/types.h>
#include <ctime>
#include <string>

namespace signet::app {

// Whatever changes when a file is written, replaced, or a link to it points elsewhere.  One that is
// not there has the mark of none.
struct FileMark {
    dev_t device = 0;
    ino_t file = 0;
    off_t size = -1;
    timespec modified{}, changed{};

    static FileMark of(const std::string& path);
    bool operator==(const FileMark& other) const;
};

}  // namespace signet::app
