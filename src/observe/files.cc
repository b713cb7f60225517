#include "observe/files.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

namespace signet::observe {
namespace {

FileFault last_fault() { return {errno}; }

class Descriptor {
public:
    explicit Descriptor(int fd) : fd_(fd) {}
    Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
    Descriptor& operator=(Descriptor&&) = delete;
    ~Descriptor() {
        if (fd_ >= 0) ::close(fd_);
    }
    int get() const { return fd_; }

private:
    int fd_;
};

template <class Call>
auto uninterrupted(Call call) {
    decltype(call()) result;
    do {
        result = call();
    } while (result < 0 && errno == EINTR);
    return result;
}

Result<void, FileFault> done(int result) {
    if (result < 0) return fail(last_fault());
    return {};
}

class PosixFile final : public File {
public:
    explicit PosixFile(Descriptor descriptor) : descriptor_(std::move(descriptor)) {}

    Result<std::uint64_t, FileFault> size() override {
        struct stat status{};
        if (fstat(fd(), &status) < 0) return fail(last_fault());
        return static_cast<std::uint64_t>(status.st_size);
    }
    Result<std::string, FileFault> read(std::uint64_t offset, std::size_t octets) override {
        std::string content(octets, '\0');
        std::size_t at = 0;
        while (at < octets) {
            const auto got = uninterrupted([&] {
                return pread(fd(), content.data() + at, octets - at,
                             static_cast<off_t>(offset + at));
            });
            if (got < 0) return fail(last_fault());
            if (got == 0) break;
            at += static_cast<std::size_t>(got);
        }
        content.resize(at);
        return content;
    }
    Result<std::size_t, FileFault> append(std::string_view octets) override {
        const auto written =
            uninterrupted([&] { return ::write(fd(), octets.data(), octets.size()); });
        if (written < 0) return fail(last_fault());
        if (written == 0 && !octets.empty()) return fail(FileFault{ENOSPC});
        return static_cast<std::size_t>(written);
    }
    Result<void, FileFault> truncate(std::uint64_t size) override {
        return done(uninterrupted([&] { return ftruncate(fd(), static_cast<off_t>(size)); }));
    }
    // Not made again after EINTR: whether it did anything is not known.
    Result<void, FileFault> sync() override { return done(fdatasync(fd())); }

private:
    int fd() const { return descriptor_.get(); }
    Descriptor descriptor_;
};

class PosixDirectory final : public Directory {
public:
    explicit PosixDirectory(Descriptor descriptor) : descriptor_(std::move(descriptor)) {}

    Result<std::unique_ptr<File>, FileFault> open_to_append(const std::string& name) override {
        return open(name, O_RDWR | O_APPEND | O_CREAT);
    }
    Result<std::unique_ptr<File>, FileFault> open_to_read(const std::string& name) override {
        return open(name, O_RDONLY);
    }
    Result<std::vector<std::string>, FileFault> list() override {
        const int own = openat(fd(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (own < 0) return fail(last_fault());
        const std::unique_ptr<DIR, int (*)(DIR*)> stream{fdopendir(own), closedir};
        if (!stream) {
            const auto fault = last_fault();
            ::close(own);
            return fail(fault);
        }
        std::vector<std::string> names;
        errno = 0;
        while (const auto* entry = readdir(stream.get())) names.emplace_back(entry->d_name);
        if (errno != 0) return fail(last_fault());
        std::ranges::sort(names);
        return names;
    }
    Result<void, FileFault> rename(const std::string& from, const std::string& to) override {
        return done(renameat2(fd(), from.c_str(), fd(), to.c_str(), RENAME_NOREPLACE));
    }
    Result<void, FileFault> sync() override { return done(fsync(fd())); }
    Result<void, FileFault> lock() override {
        return done(uninterrupted([&] { return flock(fd(), LOCK_EX | LOCK_NB); }));
    }

private:
    int fd() const { return descriptor_.get(); }

    // O_NONBLOCK: opening a FIFO must not wait for its other end.
    Result<std::unique_ptr<File>, FileFault> open(const std::string& name, int flags) {
        constexpr mode_t kOwnerOnly = 0600;
        Descriptor file{uninterrupted([&] {
            return openat(fd(), name.c_str(), flags | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK,
                          kOwnerOnly);
        })};
        if (file.get() < 0) return fail(last_fault());
        struct stat status{};
        if (fstat(file.get(), &status) < 0) return fail(last_fault());
        if (!S_ISREG(status.st_mode)) return fail(FileFault{ENOTSUP});
        return std::make_unique<PosixFile>(std::move(file));
    }

    Descriptor descriptor_;
};

}  // namespace

bool FileFault::full() const { return error == ENOSPC || error == EDQUOT || error == EFBIG; }

std::string FileFault::text() const { return std::generic_category().message(error); }

Result<std::unique_ptr<Directory>, FileFault> open_directory(const std::string& path, bool create) {
    constexpr mode_t kOwnerOnly = 0700;
    if (create && mkdir(path.c_str(), kOwnerOnly) < 0 && errno != EEXIST) {
        return fail(last_fault());
    }
    Descriptor directory{
        uninterrupted([&] { return ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC); })};
    if (directory.get() < 0) return fail(last_fault());
    struct stat status{};
    if (fstat(directory.get(), &status) < 0) return fail(last_fault());
    if (status.st_mode & (S_IWGRP | S_IWOTH)) return fail(FileFault{EACCES});
    return std::make_unique<PosixDirectory>(std::move(directory));
}

}  // namespace signet::observe
