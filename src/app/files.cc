#include "app/files.h"

#include "base/errno_text.h"
#include "base/secret.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cerrno>
#include <filesystem>

namespace signet::app {
namespace {

std::string problem(std::string_view what, const std::string& path, int error) {
    return std::string{what} + " " + path + ": " + errno_text(error);
}

bool write_all(int fd, std::string_view octets) {
    while (!octets.empty()) {
        const auto written = ::write(fd, octets.data(), octets.size());
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return false;
        octets.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
}

bool sync_directory_of(const std::string& path) {
    const auto parent = std::filesystem::path{path}.parent_path();
    const int fd =
        ::open(parent.empty() ? "." : parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) return false;
    const bool synced = ::fsync(fd) == 0;
    ::close(fd);
    return synced;
}

}  // namespace

FileResult make_directory(const std::string& path) {
    std::error_code error;
    const auto parent = std::filesystem::path{path}.parent_path();
    if (!parent.empty()) std::filesystem::create_directories(parent, error);
    if (::mkdir(path.c_str(), 0700) == 0) return {};
    if (errno == EEXIST && std::filesystem::is_directory(path, error)) return {};
    return fail(problem("cannot make the directory", path, errno));
}

FileResult write_file(const std::string& path, std::string_view content, unsigned mode) {
    const auto beside = path + ".new";
    ::unlink(beside.c_str());  // left over from a run that was killed
    const int fd =
        ::open(beside.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
    if (fd < 0) return fail(problem("cannot write", beside, errno));
    const bool written = ::fchmod(fd, mode) == 0 && write_all(fd, content) && ::fsync(fd) == 0;
    const int error = errno;
    ::close(fd);
    if (!written) {
        ::unlink(beside.c_str());
        return fail(problem("cannot write", beside, error));
    }
    if (::rename(beside.c_str(), path.c_str()) != 0 || !sync_directory_of(path)) {
        return fail(problem("cannot put in place", path, errno));
    }
    return {};
}

Result<std::optional<std::string>, std::string> read_file(const std::string& path) {
    constexpr std::size_t kMost = 16u << 20;
    const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0 && errno == ENOENT) return std::optional<std::string>{};
    if (fd < 0) return fail(problem("cannot read", path, errno));
    std::string content;
    char part[4096];
    for (;;) {
        const auto got = ::read(fd, part, sizeof part);
        if (got < 0 && errno == EINTR) continue;
        if (got > 0) content.append(part, static_cast<std::size_t>(got));
        if (got <= 0 || content.size() > kMost) {
            const int error = got < 0 ? errno : EFBIG;
            ::close(fd);
            wipe(part, sizeof part);
            if (got == 0) return content;
            return fail(problem("cannot read", path, error));
        }
    }
}

}  // namespace signet::app
