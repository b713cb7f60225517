#include "store/spool_files.h"

#include "base/errno_text.h"
#include "base/text.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <cerrno>
#include <vector>

namespace signet::store {
namespace {

constexpr int kDirectory = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;

StoreFault fault_of(int error) {
    const bool full = error == ENOSPC || error == EDQUOT || error == EFBIG;
    return full ? StoreFault::full : StoreFault::unavailable;
}

template <class Call>
auto uninterrupted(Call call) {
    auto answer = call();
    while (answer < 0 && errno == EINTR) answer = call();
    return answer;
}

std::unexpected<SpoolFault> io_fault(std::string what) {
    return fail(SpoolFault{SpoolFault::Kind::io, std::move(what) + ": " + errno_text(errno)});
}

// The directory `name` in `parent` (or at a path), made if it is not there.
Descriptor open_directory(int parent, const char* name) {
    if (::mkdirat(parent, name, 0700) == 0 && parent != AT_FDCWD) ::fsync(parent);
    return Descriptor{::openat(parent, name, kDirectory)};
}

// Mail of all users passes here, so that nobody else may even look.
std::optional<SpoolFault> why_unsafe(const Descriptor& directory, const std::string& path) {
    struct stat info{};
    if (::fstat(directory.get(), &info) != 0) return io_fault("cannot look at " + path).error();
    if (info.st_uid != ::geteuid()) {
        return SpoolFault{SpoolFault::Kind::unsafe,
                          "the spool " + path + " belongs to another user (uid " +
                              std::to_string(info.st_uid) + "); chown it to the user of Signet"};
    }
    if ((info.st_mode & 077) != 0) {
        return SpoolFault{SpoolFault::Kind::unsafe,
                          "the spool " + path + " is open to other users; chmod 700 " + path};
    }
    return {};
}

Result<Descriptor, SpoolFault> take_lock(const Descriptor& directory, const std::string& path) {
    Descriptor lock{
        ::openat(directory.get(), "lock", O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600)};
    if (!lock) return io_fault("cannot open " + path + "/lock");
    if (::flock(lock.get(), LOCK_EX | LOCK_NB) == 0) {
        const auto pid = std::to_string(::getpid()) + "\n";
        if (::ftruncate(lock.get(), 0) == 0) (void)::pwrite(lock.get(), pid.data(), pid.size(), 0);
        return lock;
    }
    char pid[32] = {};
    const auto size = ::pread(lock.get(), pid, sizeof pid - 1, 0);
    auto owner = std::string(pid, size > 0 ? static_cast<std::size_t>(size) : 0);
    while (!owner.empty() && !is_digit(owner.back())) owner.pop_back();
    return fail(SpoolFault{SpoolFault::Kind::busy,
                           "the spool " + path + " is in use by another Signet (process " +
                               (owner.empty() ? "unknown" : owner) +
                               "); stop it, or give this one a spool of its own"});
}

// Names in a directory, without "." and "..".
std::vector<std::string> names_in(int directory) {
    std::vector<std::string> names;
    const int copy = ::openat(directory, ".", kDirectory);
    DIR* stream = copy < 0 ? nullptr : ::fdopendir(copy);
    if (!stream) return names;
    // glibc: safe on a stream of one's own.
    while (const auto* entry = ::readdir(stream)) {  // NOLINT(concurrency-mt-unsafe)
        const std::string name = entry->d_name;
        if (name != "." && name != "..") names.push_back(name);
    }
    ::closedir(stream);
    return names;
}

std::string directory_of(const queue::QueueId& id) { return id.substr(id.size() - 2); }

}  // namespace

Result<std::shared_ptr<SpoolFiles>, SpoolFault> SpoolFiles::open(
    const std::filesystem::path& path) {
    const auto text = path.string();
    std::shared_ptr<SpoolFiles> files{new SpoolFiles};
    files->path_ = path;
    files->directory_ = open_directory(AT_FDCWD, text.c_str());
    if (!files->directory_) return io_fault("cannot open the spool " + text);
    if (auto unsafe = why_unsafe(files->directory_, text)) return fail(std::move(*unsafe));
    auto lock = take_lock(files->directory_, text);
    if (!lock) return fail(lock.error());
    files->lock_ = std::move(*lock);
    Descriptor database;  // so that it is made with our mode, not the library's
    for (auto [name, into] :
         {std::pair{"db", &database}, std::pair{"tmp", &files->tmp_},
          std::pair{"body", &files->body_}, std::pair{"quarantine", &files->quarantine_}}) {
        *into = open_directory(files->directory_.get(), name);
        if (!*into) return io_fault("cannot open " + text + "/" + name);
    }
    return files;
}

Result<FreeSpace, StoreFault> SpoolFiles::free_space() const {
    struct statvfs info{};
    if (::fstatvfs(directory_.get(), &info) != 0) return fail(StoreFault::unavailable);
    // A file system without a table of files (btrfs) says 0 of 0.
    const auto files = info.f_files == 0 ? UINT64_MAX : std::uint64_t{info.f_favail};
    return FreeSpace{std::uint64_t{info.f_bavail} * info.f_frsize, files};
}

Result<Descriptor, StoreFault> SpoolFiles::create(const queue::QueueId& id) {
    Descriptor file{uninterrupted([&] {
        return ::openat(tmp_.get(), id.c_str(),
                        O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    })};
    if (!file) return fail(fault_of(errno));
    return file;
}

Result<void, StoreFault> SpoolFiles::write(const Descriptor& file, std::string_view octets) {
    while (!octets.empty()) {
        const auto written =
            uninterrupted([&] { return ::write(file.get(), octets.data(), octets.size()); });
        if (written < 0) return fail(fault_of(errno));
        if (written == 0) return fail(StoreFault::unavailable);
        octets.remove_prefix(static_cast<std::size_t>(written));
    }
    return {};
}

Result<Descriptor, StoreFault> SpoolFiles::body_directory(const queue::QueueId& id) const {
    Descriptor directory{::openat(body_.get(), directory_of(id).c_str(), kDirectory)};
    if (directory) return directory;
    if (errno != ENOENT) return fail(fault_of(errno));
    if (::mkdirat(body_.get(), directory_of(id).c_str(), 0700) != 0 && errno != EEXIST) {
        return fail(fault_of(errno));
    }
    if (::fsync(body_.get()) != 0) return fail(fault_of(errno));
    directory = Descriptor{::openat(body_.get(), directory_of(id).c_str(), kDirectory)};
    if (!directory) return fail(fault_of(errno));
    return directory;
}

Result<void, StoreFault> SpoolFiles::publish(const queue::QueueId& id, const Descriptor& file) {
    if (::fdatasync(file.get()) != 0) return fail(fault_of(errno));
    const auto directory = body_directory(id);
    if (!directory) return fail(directory.error());
    if (::renameat(tmp_.get(), id.c_str(), directory->get(), id.c_str()) != 0 ||
        ::fsync(directory->get()) != 0) {
        return fail(fault_of(errno));
    }
    return {};
}

void SpoolFiles::drop(const queue::QueueId& id) { ::unlinkat(tmp_.get(), id.c_str(), 0); }

Result<Descriptor, StoreFault> SpoolFiles::open_body(const queue::QueueId& id) const {
    const auto path = directory_of(id) + "/" + id;
    Descriptor file{uninterrupted(
        [&] { return ::openat(body_.get(), path.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC); })};
    if (!file) return fail(errno == ENOENT ? StoreFault::conflict : fault_of(errno));
    return file;
}

Result<std::string, StoreFault> SpoolFiles::read(const Descriptor& file, std::uint64_t offset,
                                                 std::size_t size) {
    std::string octets(size, '\0');
    std::size_t have = 0;
    while (have < size) {
        const auto got = uninterrupted([&] {
            return ::pread(file.get(), octets.data() + have, size - have,
                           static_cast<off_t>(offset + have));
        });
        if (got < 0) return fail(fault_of(errno));
        if (got == 0) break;
        have += static_cast<std::size_t>(got);
    }
    octets.resize(have);
    return octets;
}

void SpoolFiles::remove(const queue::QueueId& id) {
    ::unlinkat(body_.get(), (directory_of(id) + "/" + id).c_str(), 0);
}

Result<std::size_t, StoreFault> SpoolFiles::sweep(
    const std::function<bool(const queue::QueueId&)>& known, bool set_aside) {
    for (const auto& name : names_in(tmp_.get())) ::unlinkat(tmp_.get(), name.c_str(), 0);
    std::size_t swept = 0;
    for (const auto& name : names_in(body_.get())) {
        const auto here = sweep_directory(name, known, set_aside);
        if (!here) return here;
        swept += *here;
    }
    return swept;
}

Result<std::size_t, StoreFault> SpoolFiles::sweep_directory(
    const std::string& name, const std::function<bool(const queue::QueueId&)>& known,
    bool set_aside) {
    const Descriptor directory{::openat(body_.get(), name.c_str(), kDirectory)};
    if (!directory) return fail(fault_of(errno));
    std::size_t swept = 0;
    for (const auto& id : names_in(directory.get())) {
        if (is_ulid(id) && known(id)) continue;
        const auto* file = id.c_str();
        const bool done = set_aside
                              ? ::renameat(directory.get(), file, quarantine_.get(), file) == 0
                              : ::unlinkat(directory.get(), file, 0) == 0;
        if (!done) return fail(fault_of(errno));
        ++swept;
    }
    return swept;
}

}  // namespace signet::store
