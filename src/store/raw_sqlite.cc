#include "store/raw_sqlite.h"

#include <sqlite3.h>

namespace signet::store {

RawSqlite::RawSqlite(const std::string& path) { sqlite3_open(path.c_str(), &handle_); }
RawSqlite::~RawSqlite() { sqlite3_close(handle_); }

int RawSqlite::run(const std::string& sql) {
    return sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr);
}

std::string RawSqlite::ask(const std::string& sql) {
    std::string answer;
    sqlite3_exec(
        handle_, sql.c_str(),
        [](void* into, int, char** values, char**) {
            *static_cast<std::string*>(into) = values[0] ? values[0] : "";
            return 0;
        },
        &answer, nullptr);
    return answer;
}

}  // namespace signet::store
