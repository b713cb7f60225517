// For tests: the database of accounts as another program sees it that has the file open.
#pragma once

#include <string>

struct sqlite3;

namespace signet::store {

class RawSqlite {
public:
    explicit RawSqlite(const std::string& path);
    RawSqlite(const RawSqlite&) = delete;
    RawSqlite& operator=(const RawSqlite&) = delete;
    ~RawSqlite();
    int run(const std::string& sql);          // SQLite's answer
    std::string ask(const std::string& sql);  // the first column of the last row

private:
    sqlite3* handle_ = nullptr;
};

}  // namespace signet::store
