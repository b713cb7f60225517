// RocksDB behind plain types: rows in order of their keys, and batches that are written as one.
//
// Its statuses become a StoreFault here and its headers stay in the .cc file.  Calls may block:
// never on an I/O thread.  Reading is safe for concurrent use; writing and recovering belong to one
// thread, the committer.
#pragma once

#include "base/result.h"
#include "base/store_fault.h"

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace signet::store {

class Database {
public:
    // How to take a log that is damaged in its middle, not merely torn at its end.
    enum class Damage {
        refuse,  // the answer is StoreFault::corrupt, and nothing was changed
        skip,    // what can be read is kept, what cannot is left out
    };
    struct Refusal {
        StoreFault fault = StoreFault::unavailable;
        std::string message;  // the library's own words
    };
    static Result<std::unique_ptr<Database>, Refusal> open(const std::filesystem::path& path,
                                                           Damage damage);
    // The last resort: builds the tables and the list of tables anew from what can be read.
    static Result<void, Refusal> repair(const std::filesystem::path& path);
    ~Database();

    class Batch {
    public:
        Batch();
        ~Batch();
        void put(std::string_view key, std::string_view head, std::string_view tail = {});
        void erase(std::string_view key);
        bool empty() const;
        std::size_t octets() const;
        void clear();

    private:
        friend class Database;
        struct Impl;
        std::unique_ptr<Impl> impl_;
    };
    enum class Sync {
        no,
        yes
    };

    // All of it or nothing, and on disk when `sync`.  After a fault nothing more can be written
    // until recover() succeeded, and whether the batch will be there is not known before.
    Result<void, StoreFault> write(const Batch& batch, Sync sync);
    // Closes and opens it again if it must.
    Result<void, Refusal> recover();

    Result<std::optional<std::string>, StoreFault> get(std::string_view key) const;
    // The rows whose keys begin with `prefix`, from key `from` on, until `visit` says false.
    using Visit = std::function<bool(std::string_view key, std::string_view value)>;
    Result<void, StoreFault> scan(std::string_view prefix, std::string_view from,
                                  const Visit& visit) const;

private:
    struct Impl;
    explicit Database(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace signet::store
