#include "store/stopped_spool.h"

#include "base/crc32c.h"
#include "base/errno_text.h"
#include "queue/record.h"
#include "store/rocksdb_keys.h"

#include <fcntl.h>
#include <sys/file.h>

#include <cerrno>

namespace signet::store {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kPart = 262'144;

// The names of what is in it, as far as that can be read.
std::vector<fs::path> files_in(const fs::path& folder, std::vector<std::string>& damage) {
    std::vector<fs::path> files;
    std::error_code error;
    for (fs::directory_iterator at{folder, error}, end; !error && at != end; at.increment(error)) {
        files.push_back(at->path());
    }
    if (error) damage.push_back("cannot list " + folder.string() + ": " + error.message());
    return files;
}

// Each file for itself: one that cannot be read keeps no other from being copied.
void copy_files(const fs::path& from, const fs::path& to, std::vector<std::string>& damage) {
    std::error_code error;
    fs::create_directory(to, error);
    for (const auto& file : files_in(from, damage)) {
        if (!fs::is_regular_file(fs::symlink_status(file, error))) continue;
        fs::copy_file(file, to / file.filename(), error);
        if (error) damage.push_back("cannot copy " + file.string() + ": " + error.message());
    }
}

fs::path body_of(const fs::path& spool, const queue::QueueId& id) {
    return spool / "body" / id.substr(id.size() - 2) / id;
}

bool gives(const StoppedSpool::Take& take, std::string_view part) {
    return part.empty() || take(part);
}

}  // namespace

Result<std::unique_ptr<StoppedSpool>, SpoolFault> StoppedSpool::open(const fs::path& path,
                                                                     const fs::path& scratch) {
    std::unique_ptr<StoppedSpool> spool{new StoppedSpool{path}};
    std::error_code error;
    if (!fs::is_directory(path / "db", error)) {
        return fail(SpoolFault{SpoolFault::Kind::io, "there is no spool at " + path.string() +
                                                         (error ? ": " + error.message() : "")});
    }
    if (const auto locked = spool->lock(); !locked) return fail(locked.error());
    spool->open_database(scratch);
    // In a spool that is whole a body without an entry was never promised to anybody.
    if (!spool->damage_.empty()) spool->find_bodies();
    return spool;
}

// The lock of a server; a copy of a spool may have none.
Result<void, SpoolFault> StoppedSpool::lock() {
    const auto name = path_ / "lock";
    lock_ = Descriptor{::open(name.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC)};
    if (!lock_ && errno == ENOENT) return {};
    if (!lock_) {
        return fail(SpoolFault{SpoolFault::Kind::io,
                               "cannot open " + name.string() + ": " + errno_text(errno)});
    }
    if (::flock(lock_.get(), LOCK_EX | LOCK_NB) == 0) return {};
    return fail(SpoolFault{SpoolFault::Kind::busy,
                           "a server runs on the spool " + path_.string() + "; stop it first"});
}

void StoppedSpool::open_database(const fs::path& scratch) {
    for (const auto damage : {Database::Damage::refuse, Database::Damage::skip}) {
        auto opened = DatabaseReader::open(path_ / "db", damage);
        if (opened) {
            database_ = std::move(*opened);
            if (find_ids()) return;
            damage_.emplace_back("a part of the spool's database cannot be read");
        } else {
            damage_.push_back("the spool's database: " + opened.error().message);
        }
    }
    if (!open_copy(scratch)) {
        damage_.emplace_back("the spool's database cannot be read even in part");
        database_.reset();
    }
}

// The last resort, never in the spool itself: the library builds its list of tables anew.
bool StoppedSpool::open_copy(const fs::path& scratch) {
    const auto copy = scratch / "db";
    copy_files(path_ / "db", copy, damage_);
    if (const auto repaired = Database::repair(copy); !repaired) {
        damage_.push_back("a copy of it cannot be repaired: " + repaired.error().message);
        return false;
    }
    auto opened = DatabaseReader::open(copy, Database::Damage::skip);
    if (!opened) return false;
    database_ = std::move(*opened);
    if (!find_ids()) damage_.emplace_back("a part of its repaired copy cannot be read");
    return true;
}

bool StoppedSpool::find_ids() {
    bool whole = true;
    const auto aside = key::quarantined(key::kEntries);
    for (const auto prefix : {key::kEntries, std::string_view{"c"}, std::string_view{aside}}) {
        const auto found = database_->keys(prefix, [&](std::string_view key) {
            const auto id = key.substr(prefix.size());
            if (is_ulid(id)) ids_.emplace(id);
        });
        whole = whole && found.has_value();
    }
    return whole;
}

void StoppedSpool::find_bodies() {
    for (const auto& folder : files_in(path_ / "body", damage_)) {
        for (const auto& file : files_in(folder, damage_)) {
            if (is_ulid(file.filename().string())) ids_.insert(file.filename().string());
        }
    }
}

Result<queue::Entry, std::string> StoppedSpool::entry(const queue::QueueId& id) const {
    if (!database_) return fail(std::string{"its envelope is in the database, which is lost"});
    auto record = database_->get(key::entry(id));
    if (record && !*record) record = database_->get(key::quarantined(key::entry(id)));
    if (!record) return fail("its envelope cannot be read: " + std::string{name(record.error())});
    if (!*record) return fail(std::string{"its envelope is missing"});
    auto entry = queue::decode_entry(**record);
    if (!entry) {
        return fail("its envelope cannot be read: " + std::string{queue::name(entry.error())});
    }
    const auto held = database_->get(key::hold(id));
    entry->state = held && *held         ? queue::State::hold
                   : entry->attempts > 0 ? queue::State::deferred
                                         : queue::State::incoming;
    return std::move(*entry);
}

Result<void, std::string> StoppedSpool::content(const queue::QueueId& id, const queue::Entry* entry,
                                                const Take& take) const {
    if (entry && !gives(take, entry->info.prepend)) return {};
    Result<std::optional<std::string>, StoreFault> row = std::optional<std::string>{};
    if (database_) row = database_->get(key::content(id));
    if (!row || !*row) {
        // Whatever there is of it as a file is more than nothing.
        std::error_code error;
        if (!fs::exists(body_of(path_, id), error)) {
            return fail(std::string{"its content is missing"});
        }
        return body(id, 0, 0, take);
    }
    const auto content = queue::decode_content(**row);
    if (!content) {
        return fail("its content cannot be read: " + std::string{queue::name(content.error())});
    }
    if (content->head.in_file) return body(id, content->head.octets, content->head.checksum, take);
    if (!gives(take, content->inlined)) return {};
    const auto whole =
        entry ? entry->content_octets - entry->info.prepend.size() : content->head.octets;
    if (content->head.octets != whole) return fail(std::string{"its content is another message's"});
    return {};
}

Result<void, std::string> StoppedSpool::body(const queue::QueueId& id, std::uint64_t octets,
                                             std::uint32_t checksum, const Take& take) const {
    const auto path = body_of(path_, id);
    const Descriptor file{::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC)};
    if (!file) {
        return fail("the file of its content cannot be opened: " + errno_text(errno));
    }
    std::uint64_t at = 0;
    std::uint32_t sum = 0;
    for (;;) {
        const auto part = SpoolFiles::read(file, at, kPart);
        if (!part) return fail(std::string{"the file of its content cannot be read to its end"});
        if (part->empty()) break;
        at += part->size();
        sum = crc32c(*part, sum);
        if (!take(*part)) return {};
    }
    if (at == octets && sum == checksum) return {};
    return fail(octets == 0 && checksum == 0
                    ? std::string{"nothing says whether its content is whole"}
                    : std::string{"the file of its content is not as it was written"});
}

}  // namespace signet::store
