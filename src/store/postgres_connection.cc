#include "store/postgres_connection.h"

#include "net/readiness.h"
#include "store/postgres_sign_in.h"

#include <libpq-fe.h>

#include <algorithm>
#include <array>
#include <utility>

namespace signet::store {

using boost::asio::any_io_executor;
using net::Readiness;

namespace {

struct FreeResult {
    void operator()(PGresult* result) const { PQclear(result); }
};
using ResultPtr = std::unique_ptr<PGresult, FreeResult>;

PostgresTrouble trouble_of(PGconn* connection, StoreFault fault = StoreFault::unavailable) {
    return {fault, postgres_line(PQerrorMessage(connection))};
}

// A table was altered under the statement, or it is gone with somebody else's connection (a
// pooler); the server ends the connection, or the transaction for what goes on beside it.
bool is_stale(std::string_view state) {
    constexpr std::array kStates{"0A000", "26000", "57P01", "57P02", "57P03", "40001", "40P01"};
    return state.starts_with("08") ||
           std::ranges::any_of(kStates, [&](std::string_view one) { return one == state; });
}

// Class 22 is about the value that was asked with: the rest of the world can still be answered.
// The server's sentence would repeat it, and a login may be somebody's password.
PostgresTrouble trouble_of(const PGresult* result) {
    const auto field = [&](int code) {
        const char* text = PQresultErrorField(result, code);
        return std::string{text == nullptr ? "" : text};
    };
    const auto state = field(PG_DIAG_SQLSTATE);
    if (state.starts_with("22")) {
        return {StoreFault::corrupt,
                "what was asked for is no value for that column (SQLSTATE " + state + ")"};
    }
    auto detail = postgres_line(field(PG_DIAG_MESSAGE_PRIMARY));
    if (!state.empty()) detail += " (SQLSTATE " + state + ")";
    // Query cancelled: by statement_timeout.
    return {state == "57014" ? StoreFault::deadline : StoreFault::unavailable, std::move(detail),
            is_stale(state)};
}

bool is_error(const PGresult* result) {
    const auto status = PQresultStatus(result);
    return status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK;
}

// Nothing here copies.  A library that is told to gives the same result until somebody does.
bool is_copy(const PGresult* result) {
    const auto status = PQresultStatus(result);
    return status == PGRES_COPY_IN || status == PGRES_COPY_OUT || status == PGRES_COPY_BOTH;
}
constexpr std::string_view kCopies = ": the server wants to copy";

std::vector<const char*> pointers_to(const std::vector<std::string>& texts) {
    std::vector<const char*> pointers;
    pointers.reserve(texts.size());
    for (const auto& one : texts) pointers.push_back(one.c_str());
    return pointers;
}

PostgresTable table_of(const PGresult* result) {
    PostgresTable table;
    const int columns = PQnfields(result);
    for (int c = 0; c < columns; ++c) table.columns.emplace_back(PQfname(result, c));
    const auto rows = std::min(static_cast<std::size_t>(PQntuples(result)), kMaxPostgresRows);
    for (int r = 0; r < static_cast<int>(rows); ++r) {
        PostgresRow row;
        for (int c = 0; c < columns; ++c) {
            if (PQgetisnull(result, r, c) != 0) {
                row.emplace_back();
                continue;
            }
            row.emplace_back(std::string{PQgetvalue(result, r, c),
                                         static_cast<std::size_t>(PQgetlength(result, r, c))});
        }
        table.rows.push_back(std::move(row));
    }
    return table;
}

}  // namespace

struct PostgresConnection::Impl {
    Impl(const any_io_executor& executor, PostgresSignedIn made)
        : signed_in(std::move(made)),
          where(signed_in.place.text()),
          ready(watch_postgres(executor, *signed_in.handle)) {}

    PGconn* pg() const { return signed_in.handle.get(); }
    PostgresTrouble broken() const { return {StoreFault::unavailable, lost()}; }
    std::string lost() const {
        const auto said = postgres_line(PQerrorMessage(pg()));
        return where + ": " + (said.empty() ? "the connection was lost" : said);
    }

    // Until there may be something new; what is still to be sent goes first.
    Task<Result<void, PostgresTrouble>> wait(Deadline deadline) {
        const int flushed = PQflush(pg());
        if (flushed < 0) co_return fail(broken());
        const auto waited =
            co_await ready.wait(flushed == 1 ? Readiness::For::write : Readiness::For::read,
                                deadline, Readiness::Drain::ends_wait);
        if (!waited) co_return fail(postgres_wait_over(waited.error(), where));
        if (flushed == 0 && PQconsumeInput(pg()) == 0) co_return fail(broken());
        co_return Result<void, PostgresTrouble>{};
    }

    // The last of the results of what was sent, or the first error.
    Task<PostgresResult<ResultPtr>> finish(Deadline deadline) {
        ResultPtr last;
        std::optional<PostgresTrouble> wrong;
        for (;;) {
            while (PQisBusy(pg()) != 0) {
                if (auto waited = co_await wait(deadline); !waited) {
                    co_return fail(std::move(waited.error()));
                }
            }
            ResultPtr result{PQgetResult(pg())};
            if (!result) break;
            if (is_copy(result.get())) {
                co_return fail(
                    PostgresTrouble{StoreFault::unavailable, where + std::string{kCopies}});
            }
            if (is_error(result.get()) && !wrong) wrong = trouble_of(result.get());
            last = std::move(result);
        }
        if (wrong) co_return fail(std::move(*wrong));
        if (!last) co_return fail(broken());
        co_return std::move(last);
    }

    // What was sent of a question and what was not cannot be told apart: answers would be
    // another's.
    void give_up() {
        if (!gone) gone = lost();
        ready.cancel();
    }

    // What came to an end; nullopt: more must come first.
    std::optional<PostgresHeard> next() {
        if (gone) return PostgresBroken{*gone};
        if (auto* notice = PQnotifies(pg())) {
            PQfreemem(notice);
            return PostgresNotice{};
        }
        while (asked > 0 && PQisBusy(pg()) == 0) {
            const ResultPtr result{PQgetResult(pg())};
            if (!result && PQstatus(pg()) == CONNECTION_BAD) break;
            // One is between a statement and its end; two, and the library knows of no question.
            if (!result && std::exchange(between, true)) return PostgresBroken{lost()};
            if (!result) continue;
            between = false;
            if (is_copy(result.get())) return PostgresBroken{where + std::string{kCopies}};
            if (PQresultStatus(result.get()) == PGRES_PIPELINE_SYNC) {
                --asked;
                return std::exchange(answer, PostgresAnswer{});
            }
            answer = is_error(result.get()) ? PostgresAnswer{fail(trouble_of(result.get()))}
                                            : PostgresAnswer{table_of(result.get())};
            if (PQstatus(pg()) == CONNECTION_BAD) break;
        }
        if (PQstatus(pg()) == CONNECTION_BAD) return PostgresBroken{lost()};
        return {};
    }

    const PostgresSignedIn signed_in;
    const std::string where;
    Readiness ready;
    std::optional<std::string> gone;  // why it is of no more use
    std::size_t asked = 0;            // in the pipeline
    PostgresAnswer answer;            // of the first of them
    bool between = false;             // the last that the library gave was no result
};

PostgresConnection::PostgresConnection(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
PostgresConnection::PostgresConnection(PostgresConnection&&) noexcept = default;
PostgresConnection& PostgresConnection::operator=(PostgresConnection&&) noexcept = default;
PostgresConnection::~PostgresConnection() = default;

std::size_t PostgresConnection::host() const { return impl_->signed_in.place.index; }
const std::string& PostgresConnection::where() const { return impl_->where; }

Task<PostgresResult<PostgresConnection>> PostgresConnection::open(any_io_executor executor,
                                                                  const PostgresServer& server,
                                                                  std::size_t first,
                                                                  Deadline deadline,
                                                                  PostgresTrace trace) {
    auto made = co_await sign_in_to_postgres(executor, server, first, deadline, trace);
    if (!made) co_return fail(std::move(made.error()));
    co_return PostgresConnection{std::make_unique<Impl>(executor, std::move(*made))};
}

Task<PostgresResult<PostgresStatement>> PostgresConnection::prepare(std::string name,
                                                                    std::string sql,
                                                                    Deadline deadline) {
    auto* const pg = impl_->pg();
    if (PQsendPrepare(pg, name.c_str(), sql.c_str(), 0, nullptr) == 0) {
        co_return fail(trouble_of(pg));
    }
    if (auto made = co_await impl_->finish(deadline); !made) {
        co_return fail(std::move(made.error()));
    }
    if (PQsendDescribePrepared(pg, name.c_str()) == 0) co_return fail(trouble_of(pg));
    const auto described = co_await impl_->finish(deadline);
    if (!described) co_return fail(described.error());
    PostgresStatement statement;
    for (int i = 0; i < PQnfields(described->get()); ++i) {
        statement.columns.push_back({PQfname(described->get(), i), PQftype(described->get(), i)});
    }
    statement.parameters = static_cast<unsigned>(PQnparams(described->get()));
    co_return statement;
}

Task<PostgresAnswer> PostgresConnection::run(std::string sql, std::vector<std::string> parameters,
                                             Deadline deadline) {
    auto* const pg = impl_->pg();
    const auto values = pointers_to(parameters);
    const int sent = parameters.empty()
                         ? PQsendQuery(pg, sql.c_str())
                         : PQsendQueryParams(pg, sql.c_str(), static_cast<int>(values.size()),
                                             nullptr, values.data(), nullptr, nullptr, 0);
    if (sent == 0) co_return fail(trouble_of(pg));
    const auto result = co_await impl_->finish(deadline);
    if (!result) co_return fail(result.error());
    co_return table_of(result->get());
}

PostgresResult<void> PostgresConnection::begin_pipeline() {
    if (PQenterPipelineMode(impl_->pg()) == 0) return fail(trouble_of(impl_->pg()));
    return {};
}

// A statement and its end: an error of one must not take those behind it along.
PostgresResult<void> PostgresConnection::ask(const std::string& statement,
                                             const std::vector<std::string>& parameters) {
    if (impl_->gone) return fail(PostgresTrouble{StoreFault::unavailable, *impl_->gone});
    const auto values = pointers_to(parameters);
    const bool sent =
        PQsendQueryPrepared(impl_->pg(), statement.c_str(), static_cast<int>(values.size()),
                            values.data(), nullptr, nullptr, 0) == 1 &&
        PQpipelineSync(impl_->pg()) == 1;
    if (!sent) {
        impl_->give_up();
        return fail(impl_->broken());
    }
    ++impl_->asked;
    return {};
}

Task<PostgresHeard> PostgresConnection::hear(Deadline deadline) {
    for (;;) {
        if (auto heard = impl_->next()) co_return std::move(*heard);
        const auto waited = co_await impl_->wait(deadline);
        if (waited || impl_->gone) continue;
        if (waited.error().fault == StoreFault::deadline) co_return PostgresSilence{};
        co_return PostgresBroken{waited.error().detail};
    }
}

}  // namespace signet::store
