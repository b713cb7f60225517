#include "store/sqlite_accounts.h"

#include "net/run_task.h"
#include "net/system_entropy.h"
#include "store/credentials_database.h"
#include "store/raw_sqlite.h"
#include "store/sqlite_connection.h"
#include "store/temporary_folder.h"

#include <gtest/gtest.h>
#include <sqlite3.h>
#include <sys/stat.h>

#include <fstream>
#include <mutex>

namespace signet::store {
namespace {

using identity::Account;
using std::chrono::milliseconds;

// What is put into statements cannot be anything that was made at run time.
static_assert(!std::is_constructible_v<Sql, std::string>);
static_assert(!std::is_constructible_v<Sql, std::string_view>);

class SqliteAccountsTest : public testing::Test {
protected:
    TemporaryFolder folder_;
    const std::string path_ = folder_ / "state/accounts.db";
    ManualClock clock_;
    std::mutex mutex_;
    std::vector<StoreFault> reported_;  // guarded by mutex_
    SqliteOptions options_{.busy_wait = milliseconds{20},
                           .report = [this](StoreFault fault, std::string_view detail) {
                               EXPECT_FALSE(detail.empty());
                               const std::lock_guard lock(mutex_);
                               reported_.push_back(fault);
                           }};

    SeededEntropy entropy_{4};
    const CredentialKey key_{[](KeyNeed) { return Secret{std::string(32, 'k')}; }, entropy_};

    std::unique_ptr<SqliteAccounts> open() {
        return SqliteAccounts::open(path_, clock_, key_, options_).value();
    }
    FileFault refusal() { return SqliteAccounts::open(path_, clock_, key_, options_).error(); }

    static Account account(std::string name) {
        Account made;
        made.name = std::move(name);
        made.send_as = {{"ann", "example.com"}, {"", "example.org"}};
        return made;
    }
    static Result<Account, StoreFault> add(SqliteAccounts& store, std::string name) {
        return net::run_task(store.add(account(std::move(name))));
    }
    static std::size_t count(SqliteAccounts& store) {
        return net::run_task(store.list()).value().size();
    }
    void prepare(const std::string& sql) {  // a file that was there before Signet came
        ASSERT_TRUE(make_private_folder(folder_ / "state"));
        EXPECT_EQ(RawSqlite{path_}.run(sql), SQLITE_OK);
    }
    std::vector<StoreFault> reported() {
        const std::lock_guard lock(mutex_);
        return reported_;
    }
};

TEST_F(SqliteAccountsTest, security_28_the_files_are_for_this_user_alone) {
    const auto store = open();
    ASSERT_TRUE(add(*store, "ann"));
    const auto rights = [](const std::string& path) {
        struct ::stat about{};
        EXPECT_EQ(::stat(path.c_str(), &about), 0) << path;
        return about.st_mode & 07777;
    };
    EXPECT_EQ(rights(folder_ / "state"), 0700u);
    for (const auto* file : {"", "-wal", "-shm"}) EXPECT_EQ(rights(path_ + file), 0600u) << file;
}

// Whoever signed in did not wait for it; nor is it lost when the server ends at once.
TEST_F(SqliteAccountsTest, AUseThatWasNotedIsThereAfterAReopen) {
    const identity::LastUse use{clock_.wall(), "192.0.2.7", "PLAIN", "TLSv1.3"};
    {
        const auto store = open();
        auto ann = account("ann");
        ann.password().secret = "$argon2id$v=19$m=64,t=1,p=1$salt$hash";
        ASSERT_TRUE(net::run_task(store->add(ann)));
        ASSERT_TRUE(net::run_task(store->used("ann", std::string{identity::kMainPassword}, use)));
    }
    const auto store = open();
    const auto found = net::run_task(store->find("ann")).value();
    ASSERT_TRUE(found);
    EXPECT_EQ(found->credentials.at(0).last_use, use);
}

TEST_F(SqliteAccountsTest, WhatWasAnsweredIsThereAfterAReopen) {
    std::uint64_t last = 0;
    {
        const auto store = open();
        ASSERT_TRUE(add(*store, "ann"));
        last = add(*store, "bob").value().revision;
        EXPECT_TRUE(net::run_task(store->remove("bob")).value());
    }
    EXPECT_FALSE(std::filesystem::exists(path_ + "-wal")) << "closed, it is one file";
    const auto store = open();
    const auto ann = net::run_task(store->find("ann")).value().value();
    EXPECT_EQ(ann.send_as, account("ann").send_as) << "in their order, too";
    EXPECT_FALSE(net::run_task(store->find("bob")).value());
    EXPECT_GT(add(*store, "bob").value().revision, last) << "no revision is used twice";
}

TEST_F(SqliteAccountsTest, WhatWasAnsweredIsInTheFileAtOnce) {
    const auto store = open();
    ASSERT_TRUE(add(*store, "ann"));
    RawSqlite other{path_};
    EXPECT_EQ(other.ask("SELECT count(*) FROM account"), "1");
    EXPECT_EQ(other.ask("PRAGMA journal_mode"), "wal");
    EXPECT_EQ(other.ask("PRAGMA integrity_check"), "ok");
    EXPECT_EQ(other.ask("PRAGMA foreign_key_check"), "");
}

TEST_F(SqliteAccountsTest, ManyAtOnceAreEachAnsweredAndAllKept) {
    const auto store = open();
    std::vector<Task<void>> tasks;
    tasks.reserve(600);
    // NOLINTNEXTLINE(cppcoreguidelines-avoid-capturing-lambda-coroutines): outlives run_tasks
    const auto one = [&](int number) -> Task<void> {
        const auto added = co_await store->add(account("user" + std::to_string(number)));
        EXPECT_TRUE(added);
        const auto found = co_await store->find("user" + std::to_string(number));
        EXPECT_TRUE(found && found->has_value() && (*found)->revision == added->revision);
        const auto again = co_await store->add(account("user" + std::to_string(number)));
        EXPECT_EQ(again.error(), StoreFault::conflict);
    };
    for (int i = 0; i < 600; ++i) tasks.push_back(one(i));
    net::run_tasks(std::move(tasks));
    EXPECT_EQ(count(*store), 600u);
    EXPECT_EQ(reported().size(), 0u) << "a conflict is an answer, not trouble";
}

TEST_F(SqliteAccountsTest, AQueueThatIsFullSaysSo) {
    options_.queue_length = 2;
    const auto store = open();
    RawSqlite other{path_};
    ASSERT_EQ(other.run("BEGIN IMMEDIATE"), SQLITE_OK);  // holds the writer for its busy_wait
    std::vector<Task<void>> tasks;
    tasks.reserve(600);
    int refused = 0;
    // NOLINTNEXTLINE(cppcoreguidelines-avoid-capturing-lambda-coroutines): outlives run_tasks
    const auto one = [&](int number) -> Task<void> {
        const auto added = co_await store->add(account("user" + std::to_string(number)));
        refused += !added && added.error() == StoreFault::unavailable;
    };
    for (int i = 0; i < 100; ++i) tasks.push_back(one(i));
    net::run_tasks(std::move(tasks));
    EXPECT_EQ(refused, 100);
    EXPECT_LT(reported().size(), 100u) << "most found no room and never reached the file";
    ASSERT_EQ(other.run("ROLLBACK"), SQLITE_OK);
    EXPECT_TRUE(add(*store, "ann"));
}

TEST_F(SqliteAccountsTest, AnotherProgramThatHoldsTheFileIsUnavailableNotWrong) {
    const auto store = open();
    ASSERT_TRUE(add(*store, "ann"));
    RawSqlite other{path_};
    ASSERT_EQ(other.run("BEGIN IMMEDIATE"), SQLITE_OK);
    EXPECT_EQ(add(*store, "bob").error(), StoreFault::unavailable);
    EXPECT_TRUE(net::run_task(store->find("ann")).value()) << "reading goes on";
    ASSERT_EQ(other.run("ROLLBACK"), SQLITE_OK);
    EXPECT_TRUE(add(*store, "bob"));
    EXPECT_EQ(reported(), (std::vector{StoreFault::unavailable}));
}

TEST_F(SqliteAccountsTest, AFullDiskPromisesNothingAndLosesNothing) {
    options_.max_octets = 96u << 10;
    const auto store = open();
    std::vector<std::string> kept;
    std::optional<StoreFault> fault;
    for (int i = 0; i < 200 && !fault; ++i) {
        auto big = account("user" + std::to_string(i));
        big.password().secret = std::string(2'000, 'x');
        const auto added = net::run_task(store->add(std::move(big)));
        if (added)
            kept.push_back(added->name);
        else
            fault = added.error();
    }
    EXPECT_EQ(fault, StoreFault::full);
    EXPECT_GT(kept.size(), 5u);
    EXPECT_EQ(count(*store), kept.size());
    for (const auto& name : kept) EXPECT_TRUE(net::run_task(store->find(name)).value()) << name;
    for (const auto& name : kept) {
        EXPECT_TRUE(net::run_task(store->remove(name)).value()) << "room can be made";
    }
    EXPECT_TRUE(add(*store, "small"));
}

TEST_F(SqliteAccountsTest, ADamagedPageIsCorruptAndIsReported) {
    {
        const auto store = open();
        std::vector<Task<void>> tasks;
        tasks.reserve(600);
        // NOLINTNEXTLINE(cppcoreguidelines-avoid-capturing-lambda-coroutines): outlives run_tasks
        const auto one = [&](int number) -> Task<void> {
            auto big = account("user" + std::to_string(number));
            big.password().secret = std::string(500, 'x');
            EXPECT_TRUE(co_await store->add(std::move(big)));
        };
        for (int i = 0; i < 200; ++i) tasks.push_back(one(i));
        net::run_tasks(std::move(tasks));
    }
    {
        std::fstream file{path_, std::ios::in | std::ios::out | std::ios::binary};
        const auto half = std::filesystem::file_size(path_) / 2;  // the tables' names stand before
        file.seekp(static_cast<std::streamoff>(half));
        file << std::string(half, 'Z');
    }
    const auto store = open();
    EXPECT_EQ(net::run_task(store->list()).error(), StoreFault::corrupt);
    EXPECT_EQ(reported(), (std::vector{StoreFault::corrupt}));
}

TEST_F(SqliteAccountsTest, AFileThatIsNoDatabaseIsLeftAsItIs) {
    ASSERT_TRUE(make_private_folder(folder_ / "state"));
    const std::string letter(5'000, 'a');
    std::ofstream{path_} << letter;
    EXPECT_EQ(refusal().fault, StoreFault::corrupt);
    std::ifstream in{path_};
    EXPECT_EQ(std::string(std::istreambuf_iterator<char>{in}, {}), letter);
}

TEST_F(SqliteAccountsTest, TheDatabaseOfAnotherProgramIsRefused) {
    prepare("CREATE TABLE mailbox(name TEXT)");
    const auto why = refusal();
    EXPECT_EQ(why.fault, StoreFault::corrupt);
    EXPECT_TRUE(why.detail.ends_with("this is a database of another program")) << why.detail;
    EXPECT_EQ(RawSqlite{path_}.ask("SELECT count(*) FROM sqlite_schema"), "1");
}

TEST_F(SqliteAccountsTest, AFileOfANewerSignetIsRefusedBeforeAnythingIsTouched) {
    open().reset();
    ASSERT_EQ(RawSqlite{path_}.run("INSERT INTO migration VALUES(99, 0)"), SQLITE_OK);
    const auto why = refusal();
    EXPECT_EQ(why.fault, StoreFault::corrupt);
    EXPECT_NE(why.detail.find("newer Signet (version 99"), std::string::npos) << why.detail;
    ASSERT_EQ(RawSqlite{path_}.run("DELETE FROM migration WHERE version = 99"), SQLITE_OK);
    EXPECT_TRUE(add(*open(), "ann"));
}

TEST_F(SqliteAccountsTest, EachMigrationIsAppliedOnceAndWrittenDown) {
    open().reset();
    clock_.advance(std::chrono::hours{1});
    open().reset();
    RawSqlite file{path_};
    EXPECT_EQ(file.ask("SELECT count(*) = max(version) FROM migration"), "1");
    EXPECT_EQ(file.ask("SELECT DISTINCT applied FROM migration"), "1795500000000000");
}

// Whoever changes the file by hand cannot make a rate that has no length of time.
TEST_F(SqliteAccountsTest, ARateIsWholeOrNotThere) {
    const auto store = open();
    ASSERT_TRUE(add(*store, "ann"));
    RawSqlite file{path_};
    for (const auto* change :
         {"limit_messages = 5", "limit_messages_window = 5", "limit_recipients = 5",
          "limit_messages = 5, limit_messages_window = 0",
          "limit_messages = -1, limit_messages_window = 5", "limit_message_size = -1",
          "limit_message_recipients = -1"}) {
        const auto sql = "UPDATE account SET " + std::string{change};
        EXPECT_EQ(file.run(sql), SQLITE_CONSTRAINT) << change;
    }
    EXPECT_EQ(file.run("UPDATE account SET limit_messages = 5, limit_messages_window = 60"),
              SQLITE_OK);
    EXPECT_EQ(net::run_task(store->find("ann")).value()->limits.messages,
              (Rate{5, std::chrono::seconds{60}}));
}

TEST_F(SqliteAccountsTest, AWarningIsRememberedForThePasswordThatItWasAbout) {
    using std::chrono::days;
    auto store = open();
    auto ann = account("ann");
    ann.password().secret = "$6$salt$hash";
    const auto added = net::run_task(store->add(std::move(ann))).value();
    const auto made = added.credential("password")->created;
    const auto last = [&](WallTime of) {
        return net::run_task(store->warned("ann", "password", of)).value();
    };
    EXPECT_EQ(last(made), std::nullopt);
    const auto generation = store->generation();
    ASSERT_TRUE(net::run_task(store->keep_warned("ann", "password", made, days{14})));
    ASSERT_TRUE(net::run_task(store->keep_warned("ann", "password", made, days{3})));
    ASSERT_TRUE(net::run_task(store->keep_warned("bob", "password", made, days{3})));
    EXPECT_EQ(store->generation(), generation) << "nobody's session ends for it";
    store.reset();
    store = open();
    EXPECT_EQ(last(made), days{3});
    EXPECT_EQ(last(made + std::chrono::seconds{1}), std::nullopt) << "another password";
    auto changed = added;
    changed.send_as.clear();
    ASSERT_TRUE(net::run_task(store->update(std::move(changed))));
    EXPECT_EQ(last(made), days{3}) << "kept when the account is changed";
    ASSERT_TRUE(net::run_task(store->remove("ann")));
    EXPECT_EQ(last(made), std::nullopt);
}

TEST_F(SqliteAccountsTest, ABackupIsWholeAndStandsAlone) {
    const auto copy = folder_ / "backup.db";
    const auto store = open();
    for (int i = 0; i < 50; ++i) ASSERT_TRUE(add(*store, "user" + std::to_string(i)));
    std::vector<Task<void>> tasks;
    tasks.reserve(600);
    tasks.push_back([](SqliteAccounts& from, std::string to) -> Task<void> {
        EXPECT_TRUE(co_await from.back_up(std::move(to)));
    }(*store, copy));
    tasks.push_back([](SqliteAccounts& to) -> Task<void> {
        for (int i = 50; i < 80; ++i) {
            EXPECT_TRUE(co_await to.add(account("user" + std::to_string(i))));
        }
    }(*store));
    net::run_tasks(std::move(tasks));
    EXPECT_EQ(count(*store), 80u);

    struct ::stat about{};
    ASSERT_EQ(::stat(copy.c_str(), &about), 0);
    EXPECT_EQ(about.st_mode & 07777, 0600u);
    EXPECT_FALSE(std::filesystem::exists(copy + "-wal"));
    EXPECT_EQ(RawSqlite{copy}.ask("PRAGMA integrity_check"), "ok");
    const auto restored = SqliteAccounts::open(copy, clock_, key_, options_);
    ASSERT_TRUE(restored);
    EXPECT_GE(count(**restored), 50u);
    EXPECT_LE(count(**restored), 80u);
}

TEST_F(SqliteAccountsTest, ABackupNeverOverwritesAndNeverLeavesHalfOfOne) {
    const auto store = open();
    ASSERT_TRUE(add(*store, "ann"));
    std::ofstream{folder_ / "there"} << "mine";
    EXPECT_EQ(net::run_task(store->back_up(folder_ / "there")).error(), StoreFault::conflict);
    EXPECT_EQ(std::filesystem::file_size(folder_ / "there"), 4u);
    EXPECT_EQ(net::run_task(store->back_up(folder_ / "no/folder/db")).error(),
              StoreFault::unavailable);
    EXPECT_TRUE(net::run_task(store->find("ann")).value());
}

// The two together, with hashes, cache, rehash and writes on their own threads.
TEST_F(SqliteAccountsTest, ServesTheCredentialCheckFromManySessionsAtOnce) {
    const auto store = open();
    net::SystemEntropy chance;  // two threads draw salts from it
    const identity::Argon2idHasher hasher{{.memory_octets = 64u << 10, .passes = 1}, chance};
    net::WorkerPool pool{{.name = "hash", .threads = 2, .max_wait = milliseconds{0}}};
    SeededEntropy entropy{10};
    CredentialsDatabase database{*store, hasher, pool, clock_, entropy, {}};
    for (int i = 0; i < 8; ++i) {
        auto one = account("user" + std::to_string(i));
        one.password().secret =
            "$y$j75$F5Jx5fExrKuPp53xLKQ..1$ZZk4Wq3zBBM9B7MxvDKfRXpJ7vFEg1eScQsxRdJWyAA";
        ASSERT_TRUE(net::run_task(store->add(std::move(one))));
    }
    std::vector<Task<void>> tasks;
    tasks.reserve(600);
    // NOLINTNEXTLINE(cppcoreguidelines-avoid-capturing-lambda-coroutines): outlives run_tasks
    const auto sign_in = [&](std::string name, bool right) -> Task<void> {
        const auto answer = co_await database.check(
            {name, "PLAIN"}, Secret::copy_of(right ? "pencil" : "crayon"), Deadline::never());
        EXPECT_TRUE(answer);
        if (!answer) co_return;
        const auto* login = std::get_if<identity::Login>(&*answer);
        EXPECT_EQ(login != nullptr, right);
        if (login != nullptr) EXPECT_EQ(login->account, name);
    };
    for (int i = 0; i < 80; ++i) {
        tasks.push_back(sign_in("user" + std::to_string(i % 8), i % 5 != 0));
    }
    net::run_tasks(std::move(tasks));
    for (const auto& one : net::run_task(store->list()).value()) {
        EXPECT_TRUE(one.password_hash().starts_with("$argon2id$")) << one.name;
        EXPECT_EQ(one.send_as, account("x").send_as);
    }
}

}  // namespace
}  // namespace signet::store
