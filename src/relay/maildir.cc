#include "relay/maildir.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <atomic>
#include <cerrno>
#include <system_error>
#include <utility>

namespace signet::relay {
namespace {

constexpr mode_t kDirectoryMode = 0700, kFileMode = 0600;
constexpr int kOpenDirectory = O_RDONLY | O_DIRECTORY | O_CLOEXEC;

FileFault fault(std::string what) {
    const int error = errno;
    return {error, std::move(what) + ": " + std::system_category().message(error)};
}

class Descriptor {
public:
    explicit Descriptor(int number = -1) : number_(number) {}
    Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
    Descriptor& operator=(Descriptor&& other) noexcept {
        std::swap(number_, other.number_);
        return *this;
    }
    ~Descriptor() {
        if (number_ >= 0) ::close(number_);
    }
    int get() const { return number_; }
    bool open() const { return number_ >= 0; }

private:
    int number_;
};

using Opened = Result<Descriptor, FileFault>;

Result<void, FileFault> sync(int descriptor, const std::string& what) {
    if (::fsync(descriptor) != 0) return fail(fault("fsync " + what));
    return {};
}

// The directory `name` in `parent`, made if it is missing.  no_follow: never through a link that
// somebody may have put there.
Opened enter(int parent, const std::string& name, bool no_follow) {
    const int flags = kOpenDirectory | (no_follow ? O_NOFOLLOW : 0);
    Descriptor directory{::openat(parent, name.c_str(), flags)};
    if (directory.open()) return directory;
    if (errno != ENOENT) return fail(fault("open " + name));
    const bool made = ::mkdirat(parent, name.c_str(), kDirectoryMode) == 0;
    if (!made && errno != EEXIST) return fail(fault("mkdir " + name));
    // A new directory is an entry of its parent, and is lost with it.
    if (const auto synced = sync(parent, "above " + name); !synced) return fail(synced.error());
    directory = Descriptor{::openat(parent, name.c_str(), flags)};
    if (!directory.open()) return fail(fault("open " + name));
    return directory;
}

Opened open_base(const std::string& path) {
    Descriptor at{::open(path.starts_with('/') ? "/" : ".", kOpenDirectory)};
    if (!at.open()) return fail(fault("open " + path));
    for (std::size_t from = 0; from < path.size();) {
        const auto end = std::min(path.find('/', from), path.size());
        if (const auto name = path.substr(from, end - from); !name.empty()) {
            auto next = enter(at.get(), name, false);
            if (!next) return next;
            at = std::move(*next);
        }
        from = end + 1;
    }
    return at;
}

Opened open_maildir(const MaildirPath& path) {
    auto at = open_base(path.base);
    for (const auto& name : path.below) {
        if (!at) return at;
        at = enter(at->get(), name, true);
    }
    return at;
}

}  // namespace

struct MaildirFile::State {
    Descriptor tmp, fresh, file;
    std::string tmp_name, name;
    bool in_tmp = false;

    void drop() {
        if (std::exchange(in_tmp, false)) ::unlinkat(tmp.get(), tmp_name.c_str(), 0);
    }
};

MaildirFile::MaildirFile(std::unique_ptr<State> state) : state_(std::move(state)) {}
MaildirFile::~MaildirFile() { state_->drop(); }

Result<std::unique_ptr<MaildirFile>, FileFault> MaildirFile::create(const MaildirPath& path,
                                                                    std::string name) {
    static std::atomic<unsigned> count{0};
    const auto directory = open_maildir(path);
    if (!directory) return fail(directory.error());
    auto state = std::make_unique<State>();
    for (const auto& [part, into] : {std::pair{"tmp", &state->tmp}, {"new", &state->fresh}}) {
        auto opened = enter(directory->get(), part, true);
        if (!opened) return fail(opened.error());
        *into = std::move(*opened);
    }
    // Readers expect cur/ to be there.
    if (const auto opened = enter(directory->get(), "cur", true); !opened) {
        return fail(opened.error());
    }
    state->tmp_name = name + "." + std::to_string(::getpid()) + "." + std::to_string(++count);
    state->name = std::move(name);
    state->file =
        Descriptor{::openat(state->tmp.get(), state->tmp_name.c_str(),
                            O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, kFileMode)};
    if (!state->file.open()) return fail(fault("create in tmp"));
    state->in_tmp = true;
    return std::unique_ptr<MaildirFile>{new MaildirFile{std::move(state)}};
}

Result<void, FileFault> MaildirFile::write(std::string_view octets) {
    while (!octets.empty()) {
        const auto written = ::write(state_->file.get(), octets.data(), octets.size());
        if (written < 0 && errno != EINTR) return fail(fault("write"));
        if (written > 0) octets.remove_prefix(static_cast<std::size_t>(written));
    }
    return {};
}

Result<void, FileFault> MaildirFile::commit() {
    auto& [tmp, fresh, file, tmp_name, name, in_tmp] = *state_;
    if (const auto synced = sync(file.get(), "the message"); !synced) return synced;
    if (::linkat(tmp.get(), tmp_name.c_str(), fresh.get(), name.c_str(), 0) == 0) {
        state_->drop();
    } else if (errno == EPERM || errno == EOPNOTSUPP || errno == EMLINK) {
        // A file system without hard links: the rename is as good, since the name is ours alone.
        if (::renameat(tmp.get(), tmp_name.c_str(), fresh.get(), name.c_str()) != 0) {
            return fail(fault("rename into new"));
        }
        in_tmp = false;
    } else if (errno != EEXIST) {
        return fail(fault("link into new"));
    }
    return sync(fresh.get(), "new");
}

}  // namespace signet::relay
