#include "store/postgres_accounts.h"

#include "base/text.h"
#include "crypto/digest.h"
#include "identity/verifiers.h"
#include "store/postgres_schema.h"

#include <algorithm>
#include <mutex>
#include <set>
#include <utility>

namespace signet::store {

using identity::Account;
using identity::VerifierCensus;
using Found = Result<std::optional<Account>, StoreFault>;

namespace {

constexpr std::chrono::seconds kCountLife{10};
constexpr std::chrono::minutes kRenewalRest{10};  // after a form that could not be kept
constexpr std::size_t kMostRounds = 16;           // different ones that are remembered of a kind
constexpr std::size_t kFind = 0, kCount = 1, kRenew = 2;
constexpr std::string_view kRevision = "revision";
constexpr std::chrono::minutes kMigrationTime{5};

// The query within another one: it can only read, be one statement, and give two rows at most.
std::string bounded(std::string_view query) {
    query = trim(query, " \t\r\n;");
    return "SELECT * FROM (\n" + std::string{query} + "\n) AS signet_query LIMIT 2";
}

Result<void, std::string> judge_columns(const std::vector<PostgresColumn>& columns) {
    std::set<std::string> seen;
    for (const auto& column : columns) {
        if (!identity::parse_account_column(column.name)) {
            return fail("the query gives a column `" + sanitised(column.name, 64) +
                        "`, which means nothing here: leave it out, or give it another name");
        }
        if (column.type == kPostgresBytea) {
            return fail("the column `" + column.name + "` of the query is bytea, not text");
        }
        if (!seen.insert(column.name).second) {
            return fail("the query gives the column `" + column.name + "` twice");
        }
    }
    if (!seen.contains("password") && !seen.contains("verifiers")) {
        return fail(std::string{"the query gives no column `password`"});
    }
    return {};
}

Result<void, std::string> judge_query(const std::vector<PostgresStatement>& statements) {
    const auto& query = statements.at(kFind);
    if (query.parameters == 0)
        return fail(std::string{"the query does not ask for the login ($1)"});
    if (query.parameters > 3) return fail(std::string{"the query has more than $1, $2 and $3"});
    return judge_columns(query.columns);
}

PostgresPoolOptions pool_of(const PostgresAccountsOptions& options) {
    PostgresPoolOptions pool{.server = options.server,
                             .connections = options.connections,
                             .timeout = options.timeout,
                             .statements = {},
                             .judge = {},
                             .report = options.report};
    if (!options.query.empty()) {
        pool.statements = {bounded(options.query)};
        pool.judge = judge_query;
        return pool;
    }
    pool.statements = {std::string{kFindOwnAccount}, std::string{kCountOwnVerifiers},
                       std::string{kRenewOwnAccount}};
    pool.server.channel = kPostgresChannel;
    pool.server.read_only = false;
    pool.hint = "`signet store migrate` makes the tables that are asked";
    return pool;
}

// One row and another are the same if this is: nobody but the row itself says so in other tables.
std::uint64_t fingerprint(const PostgresRow& row) {
    std::string text;
    for (const auto& field : row) {
        text += field ? std::to_string(field->size()) + ":" + *field : "NULL";
    }
    const auto digest = crypto::sha256(text);
    wipe(text);
    std::uint64_t number = 0;
    for (std::size_t i = 0; i < sizeof number; ++i) {
        number = number << 8 | static_cast<unsigned char>(digest[i]);
    }
    return number;
}

std::string array_of(const std::vector<std::string>& items) {
    std::string text{"{"};
    for (const auto& item : items) {
        text += text.size() > 1 ? ",\"" : "\"";
        for (const char c : item) {
            if (c == '"' || c == '\\') text += '\\';
            text += c;
        }
        text += '"';
    }
    return text + "}";
}

// A text of PostgreSQL's ends at a NUL, so the rest of such a name would not be asked about.
bool can_be_asked(const std::string& name) { return !name.contains('\0') && is_utf8(name); }

// Of accounts that nobody has counted: one without a verifier may be among them.
VerifierCensus uncounted() {
    VerifierCensus census;
    for (const auto kind : sasl::proof_kinds()) census[kind].without = 1;
    return census;
}

VerifierCensus census_of(const PostgresTable& table) {
    VerifierCensus census;
    for (const auto kind : sasl::proof_kinds()) {
        if (!sasl::scram_hash(kind)) census[kind].without = 1;  // nothing is kept for it there
    }
    for (const auto& row : table.rows) {
        if (row.size() != 3 || !row[0] || !row[1] || !row[2]) continue;
        const auto kind = sasl::proof_kind_of(*row[0]);
        const auto accounts = parse_unsigned(*row[2]);
        if (!kind || !accounts) continue;
        const auto rounds = parse_unsigned(*row[1]);
        if (rounds) {
            census[*kind].by_iterations[static_cast<unsigned>(*rounds)] += *accounts;
        } else {
            census[*kind].without += *accounts;
        }
    }
    for (const auto kind : sasl::proof_kinds()) census.try_emplace(kind);
    return census;
}

}  // namespace

struct PostgresAccounts::Counted {
    std::mutex mutex;
    VerifierCensus census = uncounted();  // guarded by mutex, as are the others
    SteadyTime until{};
    std::uint64_t generation = 0;
    bool counting = false, ever = false;
    SteadyTime no_renewal{};  // before that time
};

PostgresAccounts::PostgresAccounts(PostgresAccountsOptions options, const Clock& clock)
    : options_(std::move(options)),
      clock_(clock),
      counted_(std::make_unique<Counted>()),
      pool_(std::make_unique<PostgresPool>(pool_of(options_))) {}
PostgresAccounts::~PostgresAccounts() = default;

void PostgresAccounts::say(const std::string& detail, PostgresTrace trace) const {
    if (trace != nullptr) {
        trace->push_back(detail);
    } else if (options_.report) {
        options_.report(detail);
    }
}

std::vector<std::string> PostgresAccounts::parameters_for(const std::string& login) const {
    const auto at = login.rfind('@');
    if (at == std::string::npos) return {login, login, options_.rules.default_domain};
    return {login, login.substr(0, at), login.substr(at + 1)};
}

Found PostgresAccounts::account_of(const std::string& login, const PostgresTable& table,
                                   PostgresTrace trace) {
    if (table.rows.empty()) return std::optional<Account>{};
    if (table.rows.size() > 1) {
        say("the query finds two rows for one login, so nobody is meant", trace);
        return std::optional<Account>{};
    }
    const auto& row = table.rows.front();
    std::vector<identity::AccountField> fields;
    std::optional<std::uint64_t> revision;
    for (std::size_t i = 0; i < row.size(); ++i) {
        if (const auto column = identity::parse_account_column(table.columns[i])) {
            fields.push_back({*column, row[i]});
        } else if (own_tables() && table.columns[i] == kRevision && row[i]) {
            revision = parse_unsigned(*row[i]);
        }
    }
    auto made = identity::read_account_row(login, fields, options_.rules);
    if (!made) {
        say("a row is no account: " + made.error(), trace);
        return fail(StoreFault::corrupt);
    }
    auto& account = made->account;
    if (made->useless && trace != nullptr) {
        trace->push_back("no password opens " + account.name + ": " +
                         std::string{identity::explanation(*made->useless)});
    }
    account.revision = account.epoch = revision.value_or(fingerprint(row));
    learn(account);
    return std::optional{std::move(account)};
}

Task<Found> PostgresAccounts::find(std::string name) {
    if (!can_be_asked(name)) co_return std::optional<Account>{};
    auto parameters = parameters_for(name);
    const auto answer = co_await pool_->ask(kFind, std::move(parameters), patience());
    if (!answer) co_return fail(answer.error().fault);
    co_return account_of(name, *answer, nullptr);
}

Task<PostgresTrial> PostgresAccounts::try_find(std::string name) {
    const auto steps = std::make_shared<std::vector<std::string>>();
    auto parameters = parameters_for(name);
    const auto answer = co_await pool_->try_out(kFind, std::move(parameters), patience(), steps);
    if (!answer) {
        // What goes on behind its deadline still writes there.
        const bool over = answer.error().fault == StoreFault::deadline;
        PostgresTrial trial{fail(answer.error().fault), over ? std::vector<std::string>{} : *steps};
        trial.steps.push_back("it fails: " + answer.error().detail);
        co_return trial;
    }
    steps->push_back("it finds " + std::to_string(answer->rows.size()) +
                     (answer->rows.size() == 1 ? " row" : " rows"));
    auto found = account_of(name, *answer, steps.get());
    co_return PostgresTrial{std::move(found), *steps};
}

// Of a query's accounts only those that were found are known; decoys look like them.
void PostgresAccounts::learn(const Account& account) {
    if (own_tables()) return;
    for (const auto& credential : account.credentials) {
        for (const auto& text : credential.verifiers) {
            const auto verifier = identity::parse_scram_verifier(text);
            if (!verifier) continue;
            const std::lock_guard lock(counted_->mutex);
            auto& rounds = counted_->census[verifier->kind].by_iterations;
            if (rounds.size() < kMostRounds) rounds.try_emplace(verifier->iterations, 1);
        }
    }
}

// It is asked at every EHLO, so nobody waits for it but the first: the others hear how it was
// before.
Task<Result<VerifierCensus, StoreFault>> PostgresAccounts::census() {
    bool asks = false, ever = false;
    if (own_tables()) {
        const auto generation = pool_->generation();
        const std::lock_guard lock(counted_->mutex);
        asks = !counted_->counting &&
               (clock_.steady() >= counted_->until || generation != counted_->generation);
        ever = counted_->ever;
        if (asks) {
            counted_->counting = true;
            counted_->generation = generation;
        }
    }
    if (asks && ever) pool_->spawn(count());
    if (asks && !ever) co_await count();
    const std::lock_guard lock(counted_->mutex);
    co_return counted_->census;
}

Task<void> PostgresAccounts::count() {
    const auto answer = co_await pool_->ask(kCount, {}, patience());
    const std::lock_guard lock(counted_->mutex);
    if (answer) counted_->census = census_of(*answer);
    counted_->until = clock_.steady() + kCountLife;
    counted_->counting = false;
    counted_->ever = true;
}

Task<Result<Account, StoreFault>> PostgresAccounts::renew_credentials(Account account) {
    if (!may_renew()) co_return fail(StoreFault::conflict);
    const auto& password = account.password();
    std::vector<std::string> parameters{account.name, std::to_string(account.revision),
                                        password.secret, array_of(password.verifiers)};
    const auto answer = co_await pool_->ask(kRenew, std::move(parameters), patience());
    if (!answer) {
        const std::lock_guard lock(counted_->mutex);
        counted_->no_renewal = clock_.steady() + kRenewalRest;
        co_return fail(answer.error().fault);
    }
    if (answer->rows.empty()) co_return fail(StoreFault::conflict);
    co_return account;
}

// A role that may only read, or a standby, is not asked at every sign-in.
bool PostgresAccounts::may_renew() const {
    const std::lock_guard lock(counted_->mutex);
    return own_tables() && clock_.steady() >= counted_->no_renewal;
}

Task<Result<std::vector<std::string>, std::string>> PostgresAccounts::migrate() {
    if (!own_tables()) {
        co_return fail(std::string{
            "this store asks a query of yours, over tables of yours: there is nothing to make"});
    }
    const auto steps = std::make_shared<std::vector<std::string>>();
    const auto deadline = Deadline::in(clock_, kMigrationTime);
    const auto done = co_await pool_->run_alone(postgres_migration(), deadline, steps);
    if (!done) co_return fail(done.error().detail);
    auto told = *steps;
    for (const auto& step : postgres_steps()) {
        told.push_back(std::to_string(step.version) + ": " + std::string{step.what});
    }
    co_return told;
}

}  // namespace signet::store
