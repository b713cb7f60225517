#include "store/rocksdb_database.h"

#include <rocksdb/db.h>
#include <rocksdb/env.h>
#include <rocksdb/options.h>
#include <rocksdb/write_batch.h>

#include <shared_mutex>

namespace signet::store {
namespace {

StoreFault fault_of(const rocksdb::Status& status) {
    if (status.IsCorruption()) return StoreFault::corrupt;
    const bool full = status.IsNoSpace() ||
                      status.subcode() == rocksdb::Status::SubCode::kNoSpace ||
                      status.subcode() == rocksdb::Status::SubCode::kSpaceLimit;
    return full ? StoreFault::full : StoreFault::unavailable;
}

rocksdb::Slice slice(std::string_view text) { return {text.data(), text.size()}; }
std::string_view view(const rocksdb::Slice& slice) { return {slice.data(), slice.size()}; }

Database::Refusal refusal(const rocksdb::Status& status) {
    return {fault_of(status), status.ToString()};
}

// Most messages live and die in one memtable: they leave before it is written out as a table.
rocksdb::Options options_for(Database::Damage damage) {
    rocksdb::Options options;
    options.create_if_missing = true;
    options.paranoid_checks = true;
    // The default, point-in-time recovery, silently drops every record behind a damaged one.
    options.wal_recovery_mode = damage == Database::Damage::refuse
                                    ? rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords
                                    : rocksdb::WALRecoveryMode::kSkipAnyCorruptedRecords;
    options.compression = rocksdb::kNoCompression;
    options.write_buffer_size = 64u << 20;
    options.max_write_buffer_number = 3;
    options.max_total_wal_size = 256u << 20;
    options.max_background_jobs = 2;
    options.max_open_files = 64;
    options.keep_log_file_num = 2;
    options.max_log_file_size = 1u << 20;
    options.stats_dump_period_sec = 0;
    options.stats_persist_period_sec = 0;
    options.info_log_level = rocksdb::InfoLogLevel::WARN_LEVEL;
    options.allow_concurrent_memtable_write = false;  // there is one writer
    return options;
}

}  // namespace

struct Database::Batch::Impl {
    rocksdb::WriteBatch batch;
};

Database::Batch::Batch() : impl_(std::make_unique<Impl>()) {}
Database::Batch::~Batch() = default;

void Database::Batch::put(std::string_view key, std::string_view head, std::string_view tail) {
    const auto key_slice = slice(key);
    const rocksdb::Slice parts[] = {slice(head), slice(tail)};
    impl_->batch.Put(rocksdb::SliceParts{&key_slice, 1}, rocksdb::SliceParts{parts, 2});
}

void Database::Batch::erase(std::string_view key) { impl_->batch.Delete(slice(key)); }
bool Database::Batch::empty() const { return impl_->batch.Count() == 0; }
std::size_t Database::Batch::octets() const { return impl_->batch.GetDataSize(); }
void Database::Batch::clear() { impl_->batch.Clear(); }

struct Database::Impl {
    std::filesystem::path path;
    mutable std::shared_mutex mutex;  // held alone only while the database is opened again
    std::unique_ptr<rocksdb::DB> db;

    rocksdb::Status open(Damage damage) {
        rocksdb::DB* raw = nullptr;
        const auto status = rocksdb::DB::Open(options_for(damage), path.string(), &raw);
        db.reset(raw);
        return status;
    }
};

Database::Database(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Database::~Database() = default;

Result<std::unique_ptr<Database>, Database::Refusal> Database::open(
    const std::filesystem::path& path, Damage damage) {
    auto impl = std::make_unique<Impl>();
    impl->path = path;
    const auto status = impl->open(damage);
    if (!status.ok()) return fail(refusal(status));
    return std::unique_ptr<Database>{new Database(std::move(impl))};
}

Result<void, Database::Refusal> Database::repair(const std::filesystem::path& path) {
    const auto status = rocksdb::RepairDB(path.string(), options_for(Damage::skip));
    if (!status.ok()) return fail(refusal(status));
    return {};
}

Result<void, StoreFault> Database::write(const Batch& batch, Sync sync) {
    if (!impl_->db) return fail(StoreFault::unavailable);
    rocksdb::WriteOptions options;
    options.sync = sync == Sync::yes;
    const auto status = impl_->db->Write(options, &batch.impl_->batch);
    if (!status.ok()) return fail(fault_of(status));
    return {};
}

Result<void, Database::Refusal> Database::recover() {
    if (impl_->db && impl_->db->Resume().ok()) return {};
    const std::unique_lock lock{impl_->mutex};
    impl_->db.reset();
    const auto status = impl_->open(Damage::refuse);
    if (!status.ok()) return fail(refusal(status));
    return {};
}

Result<std::optional<std::string>, StoreFault> Database::get(std::string_view key) const {
    const std::shared_lock lock{impl_->mutex};
    if (!impl_->db) return fail(StoreFault::unavailable);
    std::string value;
    const auto status = impl_->db->Get({}, slice(key), &value);
    if (status.IsNotFound()) return std::optional<std::string>{};
    if (!status.ok()) return fail(fault_of(status));
    return value;
}

Result<void, StoreFault> Database::scan(std::string_view prefix, std::string_view from,
                                        const Visit& visit) const {
    const std::shared_lock lock{impl_->mutex};
    if (!impl_->db) return fail(StoreFault::unavailable);
    const std::unique_ptr<rocksdb::Iterator> row{impl_->db->NewIterator({})};
    for (row->Seek(slice(from)); row->Valid(); row->Next()) {
        if (!view(row->key()).starts_with(prefix)) return {};
        if (!visit(view(row->key()), view(row->value()))) return {};
    }
    if (!row->status().ok()) return fail(fault_of(row->status()));
    return {};
}

}  // namespace signet::store
