// One thread that owns the writing connection: changes gather while one transaction is synced, and
// the next transaction takes them all.  Sixty-four callers then cost one sync, not sixty-four.
#pragma once

#include "net/resume.h"
#include "store/sqlite_connection.h"

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

namespace signet::store {

// Safe for concurrent use.  Destruction finishes what is queued.
class SqliteWriter {
public:
    using Report = std::function<void(const SqliteFault&)>;

    SqliteWriter(SqliteConnection connection, std::size_t queue_length, Report report);
    ~SqliteWriter();

    // Runs `change` inside a transaction on the writer's thread, and answers when it is synced.
    // A conflict is an answer of this change alone, which must not have written anything; any
    // other fault undoes the whole transaction and is the answer of every change in it.
    template <class T>
    Task<Result<T, StoreFault>> run(
        std::move_only_function<SqliteResult<T>(SqliteConnection&)> change) {
        using Answer = Result<T, StoreFault>;
        co_return co_await net::suspend<Answer>([&](net::Resume<Answer> resume) {
            auto found = std::make_shared<std::optional<T>>();
            Change one;
            one.apply = [change = std::move(change),
                         found](SqliteConnection& connection) mutable -> SqliteResult<void> {
                auto answer = change(connection);
                if (!answer) return fail(std::move(answer.error()));
                found->emplace(std::move(*answer));
                return {};
            };
            one.finish = [found,
                          resume = std::move(resume)](std::optional<StoreFault> fault) mutable {
                resume(fault ? Answer{fail(*fault)} : Answer{std::move(**found)});
            };
            if (!push(one)) one.finish(StoreFault::unavailable);
        });
    }

    // The same, and nobody waits for it: a fault is reported and no more.  false: too much waits
    // already, or it is over.
    template <class T>
    bool post(std::move_only_function<SqliteResult<T>(SqliteConnection&)> change) {
        Change one;
        one.apply = [change = std::move(change)](
                        SqliteConnection& connection) mutable -> SqliteResult<void> {
            if (auto answer = change(connection); !answer) return fail(std::move(answer.error()));
            return {};
        };
        one.finish = [](std::optional<StoreFault>) {};
        return push(one);
    }

private:
    struct Change {
        std::move_only_function<SqliteResult<void>(SqliteConnection&)> apply;
        std::move_only_function<void(std::optional<StoreFault>)> finish;
        bool conflict = false;
    };

    bool push(Change& change);  // false: it is the caller's still
    void serve();
    void commit(std::vector<Change>& batch);
    SqliteResult<void> write(std::vector<Change>& batch);

    SqliteConnection connection_;  // the thread's
    const std::size_t queue_length_;
    const Report report_;
    std::mutex mutex_;
    std::condition_variable wake_;
    std::vector<Change> queue_;  // guarded by mutex_
    bool ending_ = false;        // guarded by mutex_
    std::thread thread_;
};

}  // namespace signet::store
