#include "store/sqlite_accounts.h"

#include "base/invariant.h"
#include "base/text.h"
#include "net/worker_pool.h"
#include "store/recent_accounts.h"
#include "store/recent_uses.h"
#include "store/sqlite_account_rows.h"
#include "store/sqlite_familiar.h"
#include "store/sqlite_schema.h"
#include "store/sqlite_warnings.h"
#include "store/sqlite_writer.h"

#include <unistd.h>
#include <atomic>
#include <filesystem>
#include <mutex>
#include <variant>

namespace signet::store {

using identity::Account;

namespace {

// What need not be read or written again.
struct Recent {
    RecentUses uses;
    RecentSignIns sign_ins;
    RecentAccounts accounts;
};

}  // namespace

struct SqliteAccounts::Impl {
    Impl(const Clock& time, SqliteOptions wanted, std::vector<AccountReader> opened,
         SqliteConnection writing, std::shared_ptr<const AccountSeal> key)
        : clock(time),
          recent{{}, {}, RecentAccounts{time}},
          options(std::move(wanted)),
          seal(std::move(key)),
          writer(std::move(writing), options.queue_length,
                 [this](const SqliteFault& fault) { tell(fault); }),
          readers(std::move(opened)),
          pool({.name = "accounts-read",
                .threads = options.reader_threads,
                .queue_length = options.queue_length}) {}

    void tell(const SqliteFault& fault) const {
        if (options.report && fault.fault != StoreFault::conflict) {
            options.report(fault.fault, fault.detail);
        }
    }

    // Runs `question` with a reader of its own on the pool.
    template <class T>
    Task<Result<T, StoreFault>> ask(
        std::move_only_function<SqliteResult<T>(AccountReader&)> question) {
        Result<T, StoreFault> answer = fail(StoreFault::unavailable);
        co_await pool.run([&] {
            auto reader = take_reader();
            auto found = question(reader);
            give_back(std::move(reader));
            if (found) {
                answer = std::move(*found);
            } else {
                tell(found.error());
                answer = fail(found.error().fault);
            }
        });
        co_return answer;  // as it was when the pool is too busy
    }

    AccountReader take_reader() {
        const std::lock_guard lock(mutex);
        INVARIANT(!readers.empty(), "there is a reader for each thread of the pool");
        auto reader = std::move(readers.back());
        readers.pop_back();
        return reader;
    }
    void give_back(AccountReader reader) {
        const std::lock_guard lock(mutex);
        readers.push_back(std::move(reader));
    }

    // Runs `change` on the writer's thread; what was counted before is then out of date.
    template <class T>
    Task<Result<T, StoreFault>> write(
        std::move_only_function<SqliteResult<T>(SqliteConnection&)> change) {
        auto answer = co_await writer.run<T>(std::move(change));
        ++changes;
        co_return answer;
    }

    Task<Result<std::optional<WallTime>, StoreFault>> last_sign_in(std::string account,
                                                                   std::string network) {
        return ask<std::optional<WallTime>>(
            [account = std::move(account), network = std::move(network)](AccountReader& reader) {
                return store::last_sign_in(reader.connection(), account, network);
            });
    }

    // The last count, unless something changed since it was begun.
    std::optional<identity::VerifierCensus> counted(std::uint64_t as_of) {
        const std::lock_guard lock(mutex);
        if (!census || census_as_of != as_of) return {};
        return census;
    }
    void keep_count(std::uint64_t as_of, identity::VerifierCensus found) {
        const std::lock_guard lock(mutex);
        census = std::move(found);
        census_as_of = as_of;
    }

    const Clock& clock;
    Recent recent;
    const SqliteOptions options;
    const std::shared_ptr<const AccountSeal> seal;
    std::atomic<std::uint64_t> changes{0};
    SqliteWriter writer;  // closed last: only the writing connection folds the WAL into the file
    std::mutex mutex;
    std::vector<AccountReader> readers;              // guarded by mutex; those that nobody uses
    std::optional<identity::VerifierCensus> census;  // guarded by mutex
    std::uint64_t census_as_of = 0;                  // guarded by mutex; a value of `changes`
    net::WorkerPool pool;
};

namespace {

FileFault file_fault(const std::string& path, const SqliteFault& fault) {
    return {fault.fault, path + ": " + fault.detail};
}

// Where shared memory cannot be had (a network file system) SQLite stays with another journal, and
// says so by no more than its answer.
SqliteResult<void> use_wal(SqliteConnection& connection) {
    auto statement = connection.prepare("PRAGMA journal_mode = WAL");
    if (!statement) return fail(std::move(statement.error()));
    auto rows = statement->run();
    const auto row = rows.next();
    if (!row) return fail(row.error());
    if (*row && rows.text(0) == "wal") return {};
    return fail(SqliteFault{StoreFault::unavailable, "this file system cannot hold a WAL"});
}

// Every change is synced before it is answered (FULL): an account that was disabled stays so.
SqliteResult<SqliteConnection> open_writer(const std::string& path, const Clock& clock,
                                           const SqliteOptions& options) {
    auto made = SqliteConnection::open(path, SqliteConnection::Access::write, options.busy_wait);
    if (!made) return made;
    auto done = use_wal(*made);
    if (done) done = made->execute("PRAGMA synchronous = FULL");
    if (done) done = made->execute("PRAGMA secure_delete = ON");  // no old hash in a free page
    if (done) done = made->limit_size(options.max_octets);
    if (done) done = migrate(*made, clock.wall());
    if (!done) return fail(std::move(done.error()));
    return made;
}

SqliteResult<void> forget_verifiers(SqliteConnection& connection) {
    return connection.execute("DELETE FROM verifier WHERE kind LIKE 'SCRAM-%'");
}

SqliteResult<std::monostate> copy(AccountReader& reader, const std::string& path) {
    if (auto made = make_private_file(path, Existing::refuse); !made) {
        return fail(SqliteFault{made.error().fault, std::move(made.error().detail)});
    }
    auto done = reader.connection().copy_to(path);
    if (done) {
        if (auto synced = sync_file(path); !synced) {
            done = fail(SqliteFault{synced.error().fault, std::move(synced.error().detail)});
        }
    }
    if (done) return std::monostate{};
    ::unlink(path.c_str());  // half a copy is worse than none
    return fail(std::move(done.error()));
}

}  // namespace

SqliteAccounts::SqliteAccounts(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
SqliteAccounts::~SqliteAccounts() = default;

Result<std::unique_ptr<SqliteAccounts>, FileFault> SqliteAccounts::open(const std::string& path,
                                                                        const Clock& clock,
                                                                        const CredentialKey& key,
                                                                        SqliteOptions options) {
    INVARIANT(options.reader_threads > 0, "somebody can read");
    const auto folder = std::filesystem::path{path}.parent_path().string();
    if (auto made = make_private_folder(folder.empty() ? "." : folder); !made) {
        return fail(std::move(made.error()));
    }
    if (auto made = make_private_file(path, Existing::keep); !made) {
        return fail(std::move(made.error()));
    }
    auto writing = open_writer(path, clock, options);
    if (!writing) return fail(file_fault(path, writing.error()));
    auto seal = AccountSeal::unlock(*writing, key);
    if (!seal) return fail(file_fault(path, seal.error()));
    if (!options.keep_verifiers) {
        if (auto done = forget_verifiers(*writing); !done) {
            return fail(file_fault(path, done.error()));
        }
    }
    std::vector<AccountReader> readers;
    for (unsigned i = 0; i < options.reader_threads; ++i) {
        auto reader = AccountReader::open(path, options.busy_wait, *seal);
        if (!reader) return fail(file_fault(path, reader.error()));
        readers.push_back(std::move(*reader));
    }
    return std::unique_ptr<SqliteAccounts>{new SqliteAccounts{std::make_unique<Impl>(
        clock, std::move(options), std::move(readers), std::move(*writing), std::move(*seal))}};
}

Task<Result<std::optional<Account>, StoreFault>> SqliteAccounts::find(std::string name) {
    return impl_->ask<std::optional<Account>>(
        [name = lower(name)](AccountReader& reader) { return reader.find(name); });
}

// The generation is taken before the account is: a change in between moves it, and what was read is
// not kept.
Task<Result<std::optional<Account>, StoreFault>> SqliteAccounts::find_to_check(std::string name) {
    name = lower(name);
    const auto as_of = impl_->changes.load();
    if (auto known = impl_->recent.accounts.find(name, as_of)) co_return std::move(known);
    auto found = co_await find(std::move(name));
    if (found && *found) impl_->recent.accounts.keep(as_of, **found);
    co_return found;
}

Task<Result<std::vector<Account>, StoreFault>> SqliteAccounts::list() {
    return impl_->ask<std::vector<Account>>([](AccountReader& reader) { return reader.list(); });
}

Task<Result<identity::VerifierCensus, StoreFault>> SqliteAccounts::census() {
    const auto as_of = impl_->changes.load();
    if (auto known = impl_->counted(as_of)) co_return std::move(*known);
    auto found = co_await impl_->ask<identity::VerifierCensus>(
        [](AccountReader& reader) { return reader.census(); });
    if (found) impl_->keep_count(as_of, *found);
    co_return found;
}

Secret SqliteAccounts::derive_key(std::string_view purpose) const {
    return impl_->seal->derive(purpose);
}

Task<Result<Account, StoreFault>> SqliteAccounts::add(Account account) {
    INVARIANT(identity::fold_account_name(account.name) == account.name, "the name is folded");
    return impl_->write<Account>([account = std::move(account), now = impl_->clock.wall(),
                                  seal = impl_->seal](SqliteConnection& connection) {
        return insert_account(connection, *seal, account, now);
    });
}

Task<Result<Account, StoreFault>> SqliteAccounts::update(Account account) {
    return impl_->write<Account>([account = std::move(account), now = impl_->clock.wall(),
                                  seal = impl_->seal](SqliteConnection& connection) {
        return update_account(connection, *seal, account, now);
    });
}

Task<Result<Account, StoreFault>> SqliteAccounts::renew_credentials(Account account) {
    return impl_->write<Account>(
        [account = std::move(account), seal = impl_->seal](SqliteConnection& connection) {
            return store::renew_credentials(connection, *seal, account);
        });
}

Task<Result<std::optional<Account>, StoreFault>> SqliteAccounts::owner_of(
    identity::CredentialKind kind, std::string secret) {
    const auto as_of = impl_->changes.load();
    const auto key = std::string{name(kind)} + ' ' + secret;
    if (impl_->recent.accounts.is_nobodys(key, as_of)) co_return std::optional<Account>{};
    auto found = co_await impl_->ask<std::optional<Account>>(
        [kind, secret = std::move(secret)](AccountReader& reader) {
            return reader.owner_of(kind, secret);
        });
    if (found && !*found) impl_->recent.accounts.keep_nobodys(as_of, key);
    co_return found;
}

// Once a minute is enough, and a client that signs in for each message costs no write each time.
// Nor does it wait for the sync of one: what is handed over here is written before the store ends.
Task<Result<void, StoreFault>> SqliteAccounts::used(std::string account, std::string credential,
                                                    identity::LastUse use) {
    if (!impl_->recent.uses.is_news(account, credential, use)) co_return Result<void, StoreFault>{};
    const bool taken = impl_->writer.post<std::monostate>(
        [account = std::move(account), credential = std::move(credential),
         use = std::move(use)](SqliteConnection& connection) {
            return keep_use(connection, account, credential, use);
        });
    if (!taken) co_return fail(StoreFault::unavailable);
    co_return Result<void, StoreFault>{};
}

Task<Result<bool, StoreFault>> SqliteAccounts::remove(std::string name) {
    return impl_->write<bool>([name = lower(name)](SqliteConnection& connection) {
        return delete_account(connection, name);
    });
}

Task<Result<bool, StoreFault>> SqliteAccounts::knows(mail::Mailbox mailbox) {
    return impl_->ask<bool>(
        [folded = mailbox.folded()](AccountReader& reader) { return reader.has_address(folded); });
}

Task<Result<bool, StoreFault>> SqliteAccounts::familiar(std::string account, std::string network,
                                                        WallTime since) {
    const auto last = co_await impl_->last_sign_in(std::move(account), std::move(network));
    if (!last) co_return fail(last.error());
    co_return *last && **last > since;
}

Task<Result<void, StoreFault>> SqliteAccounts::signed_in(std::string account, std::string network,
                                                         WallTime now) {
    const auto as_of = impl_->changes.load();
    if (impl_->recent.sign_ins.knows(account, network, now, as_of))
        co_return Result<void, StoreFault>{};
    auto last = co_await impl_->last_sign_in(account, network);
    if (!last) co_return fail(last.error());
    if (!*last || **last <= now - RecentSignIns::kAccuracy) {
        const auto kept = co_await impl_->writer.run<std::monostate>(
            [account, network, now](SqliteConnection& connection) {
                return keep_sign_in(connection, account, network, now);
            });
        if (!kept) co_return fail(kept.error());
        *last = now;
    }
    impl_->recent.sign_ins.keep(account, network, **last, as_of);
    co_return Result<void, StoreFault>{};
}

Task<Result<std::optional<std::chrono::days>, StoreFault>> SqliteAccounts::warned(
    std::string account, std::string credential, WallTime made) {
    return impl_->ask<std::optional<std::chrono::days>>([account = std::move(account),
                                                         credential = std::move(credential),
                                                         made](AccountReader& reader) {
        return last_warning(reader.connection(), account, credential, made);
    });
}

Task<Result<void, StoreFault>> SqliteAccounts::keep_warned(std::string account,
                                                           std::string credential, WallTime made,
                                                           std::chrono::days before) {
    const auto kept = co_await impl_->writer.run<std::monostate>(
        [account = std::move(account), credential = std::move(credential), made,
         before](SqliteConnection& connection) {
            return keep_warning(connection, account, credential, made, before);
        });
    if (!kept) co_return fail(kept.error());
    co_return Result<void, StoreFault>{};
}

std::uint64_t SqliteAccounts::generation() const { return impl_->changes; }

Task<Result<void, StoreFault>> SqliteAccounts::back_up(std::string path) {
    const auto done = co_await impl_->ask<std::monostate>(
        [path = std::move(path)](AccountReader& reader) { return copy(reader, path); });
    if (!done) co_return fail(done.error());
    co_return Result<void, StoreFault>{};
}

}  // namespace signet::store
