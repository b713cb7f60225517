// identity::AccountSource over a PostgreSQL database: Signet's own tables there
// (store/postgres_schema.h), or a query of the administrator's over whatever tables there are.
//
// Each look-up is a question; nothing is remembered but how verifiers look.  Own tables say when
// they change, so that sessions end; a query's do where a channel of NOTIFY is named.
#pragma once

#include "base/clock.h"
#include "identity/account.h"
#include "identity/account_columns.h"
#include "store/postgres_pool.h"

#include <chrono>
#include <memory>
#include <string>
#include <vector>

namespace signet::store {

struct PostgresAccountsOptions {
    PostgresServer server;
    unsigned connections = 4;
    std::chrono::milliseconds timeout{5'000};
    // $1 is the login, $2 and $3 what stands before and behind its @.  Empty: Signet's own tables.
    std::string query;
    identity::RowRules rules;
    // Told of each fault, and of rows that are no accounts: for the log.
    std::function<void(std::string_view detail)> report = {};
};

// What a look-up came to, and how.
struct PostgresTrial {
    Result<std::optional<identity::Account>, StoreFault> found;
    std::vector<std::string> steps;
};

// Safe for concurrent use.
class PostgresAccounts final : public identity::AccountSource {
public:
    PostgresAccounts(PostgresAccountsOptions options, const Clock& clock);
    ~PostgresAccounts() override;

    // Of two rows, nobody is meant.  corrupt: a row that is none.
    Task<Result<std::optional<identity::Account>, StoreFault>> find(std::string name) override;
    // Of own tables as they were not long ago; of a query, how the accounts looked that were found.
    // No fault: a store that is down must not keep others from signing in.
    Task<Result<identity::VerifierCensus, StoreFault>> census() override;
    // Own tables only.
    Task<Result<identity::Account, StoreFault>> renew_credentials(
        identity::Account account) override;
    std::uint64_t generation() const override { return pool_->generation(); }

    const identity::RowRules& rules() const { return options_.rules; }
    bool own_tables() const { return options_.query.empty(); }
    // On a connection of its own, with what went on.
    Task<PostgresTrial> try_find(std::string name);
    // Makes the own tables, or brings them up to what this version needs; then what was done.
    // Fault: as the steps say.
    Task<Result<std::vector<std::string>, std::string>> migrate();

private:
    struct Counted;
    Result<std::optional<identity::Account>, StoreFault> account_of(const std::string& login,
                                                                    const PostgresTable& table,
                                                                    PostgresTrace trace);
    Task<void> count();
    bool may_renew() const;
    void learn(const identity::Account& account);
    std::vector<std::string> parameters_for(const std::string& login) const;
    Deadline patience() const { return Deadline::in(clock_, options_.timeout); }
    void say(const std::string& detail, PostgresTrace trace) const;

    const PostgresAccountsOptions options_;
    const Clock& clock_;
    const std::unique_ptr<Counted> counted_;
    std::unique_ptr<PostgresPool> pool_;  // last: it ends before what its answers go to
};

}  // namespace signet::store
