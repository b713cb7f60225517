#include "store/private_files.h"

#include "base/errno_text.h"
#include "store/descriptor.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cerrno>
#include <filesystem>

namespace signet::store {
namespace {

std::unexpected<FileFault> refuse(StoreFault fault, const std::string& path, std::string why) {
    return fail(FileFault{fault, path + ": " + std::move(why)});
}

std::unexpected<FileFault> failed(const std::string& path) {
    const int error = errno;
    const bool full = error == ENOSPC || error == EDQUOT;
    return refuse(full ? StoreFault::full : StoreFault::unavailable, path, errno_text(error));
}

Result<void, FileFault> sync_folder(const std::string& path) {
    auto parent = std::filesystem::path{path}.parent_path().string();
    if (parent.empty()) parent = ".";
    const Descriptor folder{::open(parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    if (!folder || ::fsync(folder.get()) != 0) return failed(parent);
    return {};
}

Result<void, FileFault> take_over(const std::string& path) {
    const Descriptor file{::open(path.c_str(), O_RDWR | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK)};
    struct ::stat about{};
    if (!file || ::fstat(file.get(), &about) != 0) return failed(path);
    if (!S_ISREG(about.st_mode)) return refuse(StoreFault::unavailable, path, "not a plain file");
    if (about.st_uid != ::geteuid()) {
        return refuse(StoreFault::unavailable, path, "belongs to another user");
    }
    if ((about.st_mode & 077) != 0 && ::fchmod(file.get(), 0600) != 0) return failed(path);
    return {};
}

}  // namespace

Result<void, FileFault> make_private_folder(const std::string& path) {
    std::error_code error;
    const auto parent = std::filesystem::path{path}.parent_path();
    if (!parent.empty()) std::filesystem::create_directories(parent, error);  // told by mkdir below
    if (::mkdir(path.c_str(), 0700) == 0) return sync_folder(path);
    if (errno != EEXIST) return failed(path);

    struct ::stat about{};
    if (::stat(path.c_str(), &about) != 0) return failed(path);
    if (!S_ISDIR(about.st_mode)) return refuse(StoreFault::unavailable, path, "not a folder");
    if ((about.st_mode & 022) != 0) {
        return refuse(StoreFault::unavailable, path, "others may write to it; chmod go-w it");
    }
    return {};
}

Result<void, FileFault> make_private_file(const std::string& path, Existing existing) {
    const Descriptor made{
        ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600)};
    if (made) return sync_folder(path);
    if (errno != EEXIST) return failed(path);
    if (existing == Existing::refuse) {
        return refuse(StoreFault::conflict, path, "there is a file of that name");
    }
    return take_over(path);
}

Result<void, FileFault> sync_file(const std::string& path) {
    const Descriptor file{::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC)};
    if (!file || ::fsync(file.get()) != 0) return failed(path);
    return {};
}

}  // namespace signet::store
