#include "store/database_reader.h"

#include <rocksdb/db.h>
#include <rocksdb/env.h>
#include <rocksdb/options.h>

namespace signet::store {
namespace {

// The library's own log would be a file in the spool.
class NoLog final : public rocksdb::Logger {
public:
    using rocksdb::Logger::Logv;
    void Logv(const char*, va_list) override {}
};

rocksdb::Options options_for(Database::Damage damage) {
    rocksdb::Options options;
    options.create_if_missing = false;
    options.paranoid_checks = damage == Database::Damage::refuse;
    options.wal_recovery_mode = damage == Database::Damage::refuse
                                    ? rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords
                                    : rocksdb::WALRecoveryMode::kSkipAnyCorruptedRecords;
    options.info_log = std::make_shared<NoLog>();
    options.max_open_files = 64;
    return options;
}

rocksdb::ReadOptions trusting() {
    rocksdb::ReadOptions options;
    options.verify_checksums = false;
    return options;
}

StoreFault fault_of(const rocksdb::Status& status) {
    return status.IsCorruption() ? StoreFault::corrupt : StoreFault::unavailable;
}

std::string_view view(const rocksdb::Slice& slice) { return {slice.data(), slice.size()}; }

// The first key behind all that begin with `prefix`.
std::string behind(std::string_view prefix) {
    std::string end{prefix};
    ++end.back();
    return end;
}

}  // namespace

struct DatabaseReader::Impl {
    std::unique_ptr<rocksdb::DB> db;
};

DatabaseReader::DatabaseReader(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
DatabaseReader::~DatabaseReader() = default;

Result<std::unique_ptr<DatabaseReader>, Database::Refusal> DatabaseReader::open(
    const std::filesystem::path& path, Database::Damage damage) {
    rocksdb::DB* raw = nullptr;
    const auto status = rocksdb::DB::OpenForReadOnly(options_for(damage), path.string(), &raw);
    auto impl = std::make_unique<Impl>();
    impl->db.reset(raw);
    if (!status.ok()) return fail(Database::Refusal{fault_of(status), status.ToString()});
    return std::unique_ptr<DatabaseReader>{new DatabaseReader(std::move(impl))};
}

Result<std::optional<std::string>, StoreFault> DatabaseReader::get(std::string_view key) const {
    std::string value;
    const auto status = impl_->db->Get(trusting(), {key.data(), key.size()}, &value);
    if (status.IsNotFound()) return std::optional<std::string>{};
    if (!status.ok()) return fail(fault_of(status));
    return value;
}

// From both ends: a block that cannot be read hides only itself then.
Result<void, StoreFault> DatabaseReader::keys(std::string_view prefix, const Visit& visit) const {
    const std::unique_ptr<rocksdb::Iterator> row{impl_->db->NewIterator(trusting())};
    const auto mine = [&] { return row->Valid() && view(row->key()).starts_with(prefix); };
    for (row->Seek({prefix.data(), prefix.size()}); mine(); row->Next()) visit(view(row->key()));
    if (row->status().ok()) return {};
    const auto fault = fault_of(row->status());
    const auto end = behind(prefix);
    for (row->SeekForPrev(end); mine(); row->Prev()) visit(view(row->key()));
    return fail(fault);
}

}  // namespace signet::store
