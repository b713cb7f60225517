// The spool's database, read without one octet of it being changed: for what a stopped or broken
// server left.  Rows are given out although a checksum of the library is wrong, since every record
// proves itself (queue/record.h).  Calls may block.
#pragma once

#include "base/result.h"
#include "base/store_fault.h"
#include "store/rocksdb_database.h"

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace signet::store {

class DatabaseReader {
public:
    // Damage::skip leaves out what cannot be read of the log; refuse answers corrupt then.
    static Result<std::unique_ptr<DatabaseReader>, Database::Refusal> open(
        const std::filesystem::path& path, Database::Damage damage);
    ~DatabaseReader();

    Result<std::optional<std::string>, StoreFault> get(std::string_view key) const;
    // The keys that begin with `prefix`, each at least once, in no promised order.  A fault: there
    // may be others that cannot be reached.
    using Visit = std::function<void(std::string_view key)>;
    Result<void, StoreFault> keys(std::string_view prefix, const Visit& visit) const;

private:
    struct Impl;
    explicit DatabaseReader(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace signet::store
