#include "app/file_mark.h"

#include <sys/stat.h>

namespace signet::app {

bool FileMark::operator==(const FileMark& other) const {
    const auto same = [](const timespec& a, const timespec& b) {
        return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec;
    };
    return device == other.device && file == other.file && size == other.size &&
           same(modified, other.modified) && same(changed, other.changed);
}

FileMark FileMark::of(const std::string& path) {
    struct stat status{};
    if (::stat(path.c_str(), &status) != 0) return {};
    return {status.st_dev, status.st_ino, status.st_size, status.st_mtim, status.st_ctim};
}

}  // namespace signet::app
