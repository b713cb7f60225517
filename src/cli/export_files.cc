#include "cli/export_files.h"

#include "base/errno_text.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

namespace signet::cli {
namespace {

std::unexpected<std::string> fault(const char* what, const std::filesystem::path& path) {
    return fail(std::string{what} + " " + path.string() + ": " + errno_text(errno));
}

}  // namespace

Result<ExportFile, std::string> ExportFile::create(const std::filesystem::path& directory,
                                                   const std::string& name) {
    const auto path = directory / name;
    // Never truncated: an end between link and unlink leaves a file with two names.
    ::unlink(path.c_str());
    store::Descriptor file{
        ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600)};
    if (!file) return fault("cannot make", path);
    return ExportFile{directory, name, std::move(file)};
}

ExportFile::~ExportFile() {
    if (file_) ::unlink((directory_ / name_).c_str());
}

bool ExportFile::write(std::string_view octets) {
    while (!octets.empty()) {
        const auto written = ::write(file_.get(), octets.data(), octets.size());
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return false;
        octets.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
}

Result<bool, std::string> ExportFile::put(const std::string& name) {
    const auto path = directory_ / name;
    if (::fsync(file_.get()) != 0) return fault("cannot write", path);
    // A link, not a renaming: that would overwrite.
    if (::link((directory_ / name_).c_str(), path.c_str()) != 0) {
        if (errno == EEXIST) return false;
        return fault("cannot make", path);
    }
    ::unlink((directory_ / name_).c_str());
    file_ = {};
    return true;
}

Result<void, std::string> make_export_directory(const std::filesystem::path& directory) {
    if (::mkdir(directory.c_str(), 0700) == 0) return {};
    if (errno != EEXIST) return fault("cannot make", directory);
    std::error_code error;
    if (std::filesystem::is_directory(directory, error)) return {};
    return fail(directory.string() + " is no directory");
}

}  // namespace signet::cli
