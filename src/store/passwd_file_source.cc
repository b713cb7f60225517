#include "store/passwd_file_source.h"

#include "base/errno_text.h"
#include "identity/verifiers.h"
#include "store/descriptor.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <tuple>

namespace signet::store {
namespace {

using identity::Account;
using identity::PasswdAccounts;
using identity::PasswdRemark;
using Remarks = std::vector<PasswdRemark>;

// What tells one state of a file from another.
struct Stamp {
    dev_t device = 0;
    ino_t inode = 0;
    off_t size = -1;  // -1: there is none
    std::int64_t seconds = 0, nanoseconds = 0;
    bool operator==(const Stamp&) const = default;
};

Stamp stamp_of(const struct stat& status) {
    return {status.st_dev, status.st_ino, status.st_size, status.st_mtim.tv_sec,
            status.st_mtim.tv_nsec};
}

Stamp stamp_of(const std::string& path) {
    struct stat status{};
    return ::stat(path.c_str(), &status) == 0 ? stamp_of(status) : Stamp{};
}

struct Content {
    Stamp stamp;
    std::string text;
};

std::string trouble(const std::string& path, int error) { return path + ": " + errno_text(error); }

Result<Content, std::string> read_all(const std::string& path) {
    const Descriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
    struct stat status{};
    if (!file || ::fstat(file.get(), &status) != 0) return fail(trouble(path, errno));
    if (!S_ISREG(status.st_mode)) return fail(path + " is not a file");
    if (static_cast<std::uint64_t>(status.st_size) > identity::kMaxPasswdOctets) {
        return fail(path + " is larger than 64 MiB");
    }
    Content content{stamp_of(status), std::string(static_cast<std::size_t>(status.st_size), '\0')};
    std::size_t have = 0;
    while (have < content.text.size()) {
        // Under the lock of who looks, who may wait.
        // NOLINTNEXTLINE(clang-analyzer-unix.BlockInCriticalSection)
        const auto got = ::read(file.get(), content.text.data() + have, content.text.size() - have);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return fail(trouble(path, errno));
        if (got == 0) break;
        have += static_cast<std::size_t>(got);
    }
    if (::fstat(file.get(), &status) != 0 || stamp_of(status) != content.stamp) {
        return fail(path + " was changed while it was read");
    }
    content.text.resize(have);
    return content;
}

struct Table {
    PasswdAccounts accounts;
    identity::VerifierCensus census;
};

// All that matters of an account but what the table gives it.
auto matter_of(const Account& account) {
    return std::tie(account.name, account.enabled, account.may_submit, account.send_as,
                    account.credentials);
}

identity::VerifierCensus count(const PasswdAccounts& accounts) {
    identity::VerifierCensus census;
    for (const auto kind : sasl::proof_kinds()) {
        auto& counted = census[kind];
        for (const auto& [name, account] : accounts) {
            identity::count_verifiers(account, kind, counted);
        }
    }
    return census;
}

}  // namespace

struct PasswdFileSource::Impl {
    Impl(PasswdFileOptions wanted, const Clock& time) : options(std::move(wanted)), clock(time) {}

    ~Impl() {
        {
            const std::lock_guard lock(mutex);
            ending = true;
        }
        wake.notify_all();
        if (thread.joinable()) thread.join();
    }

    // Takes the file up, or says why not.  On one thread at a time.
    Remarks read() {
        auto content = read_all(options.path);
        if (!content) {
            seen = Stamp{};
            return told({{0, content.error()}}, {});
        }
        seen = content->stamp;
        auto file = identity::parse_passwd_file(content->text, options.rules);
        wipe(content->text);
        if (!file) return told(std::move(file.error()), {});
        take(std::move(file->accounts));
        return told({}, file->remarks);
    }

    Remarks told(Remarks faults, const Remarks& remarks) const {
        if (options.told) options.told(faults, remarks);
        return faults;
    }

    // An account that is as it was keeps its revision: who is signed in notices nothing.
    void take(PasswdAccounts accounts) {
        const auto before = table();
        const auto next = generation + 1;
        const auto now = clock.wall();
        for (auto& [name, account] : accounts) {
            const auto old =
                before ? before->accounts.find(name) : PasswdAccounts::const_iterator{};
            const bool same = before && old != before->accounts.end() &&
                              matter_of(old->second) == matter_of(account);
            account.revision = same ? old->second.revision : next;
            account.epoch = account.revision;
            account.created = account.changed = same ? old->second.changed : now;
        }
        auto made = std::make_shared<Table>();
        made->census = count(accounts);
        made->accounts = std::move(accounts);
        const std::lock_guard lock(mutex);
        current = std::move(made);
        generation = next;
    }

    std::shared_ptr<const Table> table() const {
        const std::lock_guard lock(mutex);
        return current;
    }

    // Another state is read when it is still there at the next look.
    void look() {
        const std::lock_guard looking(look_mutex);
        const auto now = stamp_of(options.path);
        const bool settled = now == last_look;
        last_look = now;
        if (settled && now != seen && now != refused) {
            if (!read().empty()) refused = now;
        }
    }

    void serve() {
        std::unique_lock lock(mutex);
        while (!wake.wait_for(lock, options.look, [this] { return ending; })) {
            lock.unlock();
            look();
            lock.lock();
        }
    }

    const PasswdFileOptions options;
    const Clock& clock;
    mutable std::mutex mutex;
    std::condition_variable wake;
    bool ending = false;                   // guarded by mutex
    std::shared_ptr<const Table> current;  // guarded by mutex
    std::atomic<std::uint64_t> generation{0};
    std::mutex look_mutex;
    Stamp seen, last_look, refused;  // guarded by look_mutex
    std::thread thread;
};

PasswdFileSource::PasswdFileSource(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
PasswdFileSource::~PasswdFileSource() = default;

Result<std::unique_ptr<PasswdFileSource>, Remarks> PasswdFileSource::open(PasswdFileOptions options,
                                                                          const Clock& clock) {
    auto impl = std::make_unique<Impl>(std::move(options), clock);
    if (auto faults = impl->read(); !faults.empty()) return fail(std::move(faults));
    impl->last_look = impl->seen;
    impl->thread = std::thread{[owner = impl.get()] { owner->serve(); }};
    return std::unique_ptr<PasswdFileSource>{new PasswdFileSource{std::move(impl)}};
}

Task<Result<std::optional<Account>, StoreFault>> PasswdFileSource::find(std::string name) {
    const auto table = impl_->table();
    const auto found = table->accounts.find(name);
    if (found == table->accounts.end()) co_return std::optional<Account>{};
    co_return std::optional<Account>{found->second};
}

Task<Result<identity::VerifierCensus, StoreFault>> PasswdFileSource::census() {
    co_return impl_->table()->census;
}

std::uint64_t PasswdFileSource::generation() const { return impl_->generation; }
std::size_t PasswdFileSource::accounts() const { return impl_->table()->accounts.size(); }

void PasswdFileSource::look_now() {
    impl_->look();
    impl_->look();
}

}  // namespace signet::store
