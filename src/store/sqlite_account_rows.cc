#include "store/sqlite_account_rows.h"

#include <utility>

namespace signet::store {
namespace {

using identity::Account;

// One statement sees one moment: the account and its addresses always belong together.
constexpr Sql kFindOne =
    "SELECT a.name, a.enabled, a.may_submit, a.created, a.changed, a.revision, s.local_part,"
    " s.domain, a.limit_messages, a.limit_messages_window, a.limit_recipients,"
    " a.limit_recipients_window, a.limit_message_recipients, a.limit_message_size, a.epoch"
    " FROM account a LEFT JOIN send_as s ON s.account = a.name"
    " WHERE a.name = ? ORDER BY s.position";
constexpr Sql kFindAll =
    "SELECT a.name, a.enabled, a.may_submit, a.created, a.changed, a.revision, s.local_part,"
    " s.domain, a.limit_messages, a.limit_messages_window, a.limit_recipients,"
    " a.limit_recipients_window, a.limit_message_recipients, a.limit_message_size, a.epoch"
    " FROM account a LEFT JOIN send_as s ON s.account = a.name"
    " ORDER BY a.name, s.position";

constexpr Sql kFindAddress = "SELECT 1 FROM send_as WHERE domain = ? AND local_part = ? LIMIT 1";

std::int64_t to_number(WallTime time) { return time.time_since_epoch().count(); }
WallTime to_time(std::int64_t microseconds) {
    return WallTime{std::chrono::microseconds{microseconds}};
}

std::optional<std::int64_t> integer_or_null(const SqliteRows& rows, int column) {
    if (rows.is_null(column)) return {};
    return rows.integer(column);
}

std::optional<Rate> rate_of(const SqliteRows& rows, int column) {
    const auto count = integer_or_null(rows, column);
    if (!count) return {};
    return Rate{static_cast<std::uint64_t>(*count), std::chrono::seconds{rows.integer(column + 1)}};
}

identity::AccountLimits limits_of(const SqliteRows& rows, int column) {
    identity::AccountLimits limits{.messages = rate_of(rows, column),
                                   .recipients = rate_of(rows, column + 2)};
    if (const auto most = integer_or_null(rows, column + 4)) {
        limits.message_recipients = static_cast<unsigned>(*most);
    }
    if (const auto most = integer_or_null(rows, column + 5)) {
        limits.message_size = static_cast<std::uint64_t>(*most);
    }
    return limits;
}

Account account_of(const SqliteRows& rows) {
    Account account;
    account.name = rows.text(0);
    account.enabled = rows.integer(1) != 0;
    account.may_submit = rows.integer(2) != 0;
    account.created = to_time(rows.integer(3));
    account.changed = to_time(rows.integer(4));
    account.revision = static_cast<std::uint64_t>(rows.integer(5));
    account.limits = limits_of(rows, 8);
    account.epoch = static_cast<std::uint64_t>(rows.integer(14));
    return account;
}

// Rows of one account follow each other, one for each address.
SqliteResult<std::vector<Account>> read_all(SqliteRows rows) {
    std::vector<Account> accounts;
    for (;;) {
        const auto more = rows.next();
        if (!more) return fail(more.error());
        if (!*more) return accounts;
        if (accounts.empty() || accounts.back().name != rows.text(0)) {
            accounts.push_back(account_of(rows));
        }
        if (!rows.is_null(7)) accounts.back().send_as.push_back({rows.text(6), rows.text(7)});
    }
}

// The account as its rows have it now.  REQUIRES: it is there.
SqliteResult<Account> as_it_is(SqliteConnection& connection, const AccountSeal& seal,
                               std::string_view name) {
    auto one = connection.prepare(kFindOne);
    if (!one) return fail(std::move(one.error()));
    auto found = read_all(one->run(name));
    if (!found) return fail(std::move(found.error()));
    auto credentials = CredentialReader::open(connection);
    if (!credentials) return fail(std::move(credentials.error()));
    auto filled = credentials->fill(found->front(), seal);
    if (!filled) return fail(std::move(filled.error()));
    return std::move(found->front());
}

SqliteFault conflict() { return {StoreFault::conflict, {}}; }

SqliteResult<std::uint64_t> next_revision(SqliteConnection& connection) {
    auto statement =
        connection.prepare("UPDATE last_revision SET number = number + 1 RETURNING number");
    if (!statement) return fail(std::move(statement.error()));
    auto rows = statement->run();
    const auto row = rows.next();
    if (!row) return fail(row.error());
    if (!*row) return fail(SqliteFault{StoreFault::corrupt, "last_revision has no row"});
    const auto revision = static_cast<std::uint64_t>(rows.integer(0));
    if (auto done = rows.finish(); !done) return fail(std::move(done.error()));
    return revision;
}

SqliteResult<void> insert_send_as(SqliteConnection& connection, const Account& account) {
    auto statement = connection.prepare("INSERT INTO send_as VALUES(?, ?, ?, ?)");
    if (!statement) return fail(std::move(statement.error()));
    std::int64_t position = 0;
    for (const auto& one : account.send_as) {
        auto done = statement->run(account.name, position++, one.local_part, one.domain).finish();
        if (!done) return done;
    }
    return {};
}

SqliteResult<void> set_limits(SqliteConnection& connection, const Account& account) {
    using Number = std::optional<std::int64_t>;
    const auto count = [](const std::optional<Rate>& rate) {
        return rate ? Number{static_cast<std::int64_t>(rate->count)} : std::nullopt;
    };
    const auto window = [](const std::optional<Rate>& rate) {
        return rate ? Number{rate->window.count()} : std::nullopt;
    };
    const auto number = [](const auto& most) {
        return most ? Number{static_cast<std::int64_t>(*most)} : std::nullopt;
    };
    auto statement = connection.prepare(
        "UPDATE account SET limit_messages = ?, limit_messages_window = ?, limit_recipients = ?,"
        " limit_recipients_window = ?, limit_message_recipients = ?, limit_message_size = ?"
        " WHERE name = ?");
    if (!statement) return fail(std::move(statement.error()));
    const auto& limits = account.limits;
    return statement
        ->run(count(limits.messages), window(limits.messages), count(limits.recipients),
              window(limits.recipients), number(limits.message_recipients),
              number(limits.message_size), account.name)
        .finish();
}

// nullopt: there is no such account.
SqliteResult<std::optional<std::uint64_t>> revision_of(SqliteConnection& connection,
                                                       std::string_view name) {
    auto statement = connection.prepare("SELECT revision FROM account WHERE name = ?");
    if (!statement) return fail(std::move(statement.error()));
    auto rows = statement->run(name);
    const auto row = rows.next();
    if (!row) return fail(row.error());
    if (!*row) return std::optional<std::uint64_t>{};
    return static_cast<std::uint64_t>(rows.integer(0));
}

}  // namespace

SqliteResult<AccountReader> AccountReader::open(const std::string& path,
                                                std::chrono::milliseconds busy_wait,
                                                std::shared_ptr<const AccountSeal> seal) {
    auto connection = SqliteConnection::open(path, SqliteConnection::Access::read, busy_wait);
    if (!connection) return fail(std::move(connection.error()));
    auto one = connection->prepare(kFindOne);
    if (!one) return fail(std::move(one.error()));
    auto all = connection->prepare(kFindAll);
    if (!all) return fail(std::move(all.error()));
    auto address = connection->prepare(kFindAddress);
    if (!address) return fail(std::move(address.error()));
    auto credentials = CredentialReader::open(*connection);
    if (!credentials) return fail(std::move(credentials.error()));
    return AccountReader{std::move(*connection),
                         {std::move(*one), std::move(*all), std::move(*address)},
                         std::move(*credentials),
                         std::move(seal)};
}

// What an account is stands in several tables, which belong together as of one moment.
template <class Answer, class Question>
SqliteResult<Answer> AccountReader::at_one_moment(Question question) {
    if (auto begun = connection_.execute("BEGIN"); !begun) return fail(std::move(begun.error()));
    auto answer = question();
    connection_.roll_back();
    return answer;
}

SqliteResult<std::optional<Account>> AccountReader::find(std::string_view folded_name) {
    return at_one_moment<std::optional<Account>>([&] { return find_now(folded_name); });
}

SqliteResult<std::optional<Account>> AccountReader::find_now(std::string_view folded_name) {
    auto found = read_all(statements_.one.run(folded_name));
    if (!found) return fail(std::move(found.error()));
    if (found->empty()) return std::optional<Account>{};
    auto filled = credentials_.fill(found->front(), *seal_);
    if (!filled) return fail(std::move(filled.error()));
    return std::move(found->front());
}

SqliteResult<std::optional<Account>> AccountReader::owner_of(identity::CredentialKind kind,
                                                             std::string_view secret) {
    using Found = SqliteResult<std::optional<Account>>;
    return at_one_moment<std::optional<Account>>([&]() -> Found {
        const auto name = credentials_.owner_of(kind, secret);
        if (!name) return fail(name.error());
        return *name ? find_now(**name) : Found{std::optional<Account>{}};
    });
}

SqliteResult<std::vector<Account>> AccountReader::list() {
    return at_one_moment<std::vector<Account>>([&]() -> SqliteResult<std::vector<Account>> {
        auto found = read_all(statements_.all.run());
        if (!found) return found;
        if (auto filled = credentials_.fill(*found, *seal_); !filled) return fail(filled.error());
        return found;
    });
}

SqliteResult<identity::VerifierCensus> AccountReader::census() {
    return at_one_moment<identity::VerifierCensus>([&] { return credentials_.census(); });
}

SqliteResult<bool> AccountReader::has_address(const mail::Mailbox& folded) {
    auto rows = statements_.address.run(folded.domain, folded.local_part);
    const auto row = rows.next();
    if (!row) return fail(row.error());
    return *row;
}

SqliteResult<Account> insert_account(SqliteConnection& connection, const AccountSeal& seal,
                                     Account account, WallTime now) {
    const auto current = revision_of(connection, account.name);
    if (!current) return fail(current.error());
    const auto taken = is_somebody_elses(connection, account);
    if (!taken) return fail(taken.error());
    if (*current || *taken) return fail(conflict());
    const auto revision = next_revision(connection);
    if (!revision) return fail(revision.error());

    account.revision = *revision;
    settle(account, nullptr, now);
    auto statement = connection.prepare(
        "INSERT INTO account(name, enabled, may_submit, created, changed, revision, epoch)"
        " VALUES(?, ?, ?, ?, ?, ?, ?)");
    if (!statement) return fail(std::move(statement.error()));
    auto done = statement
                    ->run(account.name, std::int64_t{account.enabled},
                          std::int64_t{account.may_submit}, to_number(account.created),
                          to_number(account.changed), static_cast<std::int64_t>(account.revision),
                          static_cast<std::int64_t>(account.epoch))
                    .finish();
    if (done) done = write_credentials(connection, seal, account);
    if (done) done = insert_send_as(connection, account);
    if (done) done = set_limits(connection, account);
    if (!done) return fail(std::move(done.error()));
    return account;
}

SqliteResult<Account> update_account(SqliteConnection& connection, const AccountSeal& seal,
                                     Account account, WallTime now) {
    const auto current = revision_of(connection, account.name);
    if (!current) return fail(current.error());
    const auto taken = is_somebody_elses(connection, account);
    if (!taken) return fail(taken.error());
    if (*current != account.revision || *taken) return fail(conflict());
    const auto revision = next_revision(connection);
    if (!revision) return fail(revision.error());

    const auto old = as_it_is(connection, seal, account.name);
    if (!old) return fail(old.error());
    account.revision = *revision;
    settle(account, &*old, now);
    auto statement = connection.prepare(
        "UPDATE account SET enabled = ?, may_submit = ?, changed = ?, revision = ?, epoch = ?"
        " WHERE name = ?");
    if (!statement) return fail(std::move(statement.error()));
    auto done = statement
                    ->run(std::int64_t{account.enabled}, std::int64_t{account.may_submit},
                          to_number(account.changed), static_cast<std::int64_t>(account.revision),
                          static_cast<std::int64_t>(account.epoch), account.name)
                    .finish();
    if (done) done = write_credentials(connection, seal, account);
    if (!done) return fail(std::move(done.error()));
    auto forget = connection.prepare("DELETE FROM send_as WHERE account = ?");
    if (!forget) return fail(std::move(forget.error()));
    done = forget->run(account.name).finish();
    if (done) done = insert_send_as(connection, account);
    if (done) done = set_limits(connection, account);
    if (!done) return fail(std::move(done.error()));
    return account;
}

SqliteResult<Account> renew_credentials(SqliteConnection& connection, const AccountSeal& seal,
                                        Account account) {
    const auto current = revision_of(connection, account.name);
    if (!current) return fail(current.error());
    if (*current != account.revision) return fail(conflict());
    if (auto done = renew_secrets(connection, seal, account); !done) {
        return fail(std::move(done.error()));
    }
    return account;
}

SqliteResult<bool> delete_account(SqliteConnection& connection, std::string_view folded_name) {
    auto statement = connection.prepare("DELETE FROM account WHERE name = ? RETURNING 1");
    if (!statement) return fail(std::move(statement.error()));
    auto rows = statement->run(folded_name);
    const auto row = rows.next();
    if (!row) return fail(row.error());
    const bool there_was = *row;
    if (there_was) {
        if (auto done = rows.finish(); !done) return fail(std::move(done.error()));
    }
    return there_was;
}

}  // namespace signet::store
