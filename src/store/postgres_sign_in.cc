#include "store/postgres_sign_in.h"

#include "base/text.h"
#include "net/resolve.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <libpq-fe.h>
#include <netinet/in.h>

#include <array>
#include <utility>

namespace signet::store {

using boost::asio::any_io_executor;
using net::Readiness;

namespace {

constexpr std::size_t kShown = 400;  // octets of a message
// Where libpq finds nothing: else it would look for files of whoever runs us.
constexpr const char* kNoFile = "/nonexistent/signet";

// A notice would go to standard error.
void be_silent(void*, const PGresult*) {}

std::string text_of(const net::Address& address) {
    std::array<char, INET6_ADDRSTRLEN> text{};
    const void* octets = nullptr;
    if (address.storage.ss_family == AF_INET6) {
        octets = &reinterpret_cast<const sockaddr_in6&>(address.storage).sin6_addr;
    } else {
        octets = &reinterpret_cast<const sockaddr_in&>(address.storage).sin_addr;
    }
    ::inet_ntop(address.storage.ss_family, octets, text.data(), text.size());
    return text.data();
}

// A port of the loopback is anybody's who takes it while the database is down: only a socket, in a
// directory where others cannot make one, is exempt.
const char* ssl_mode(const PostgresServer& server, const PostgresPlace& place) {
    const bool is_socket = place.address.empty();
    return is_socket || server.tls == PostgresTls::none ? "disable" : "verify-full";
}

// How long the first of `more` tries may take.
Deadline share(Deadline deadline, std::size_t more) {
    const auto now = std::chrono::steady_clock::now();
    if (more <= 1 || deadline.when() <= now) return deadline;
    return Deadline::at(now + (deadline.when() - now) / static_cast<int>(more));
}

class Connecting {
public:
    Connecting(any_io_executor executor, const PostgresServer& server, PostgresTrace trace)
        : executor_(std::move(executor)), server_(server), trace_(trace) {}

    Task<PostgresResult<PostgresHandle>> at(const PostgresPlace& place, const Secret& password,
                                            const std::string& session, Deadline deadline) const {
        auto connection = begin(place, password, session);
        if (!connection) co_return fail(PostgresTrouble{StoreFault::unavailable, "no memory"});
        auto poll = PQstatus(connection.get()) == CONNECTION_BAD ? PGRES_POLLING_FAILED
                                                                 : PGRES_POLLING_WRITING;
        while (poll != PGRES_POLLING_OK) {
            if (poll == PGRES_POLLING_FAILED) {
                co_return fail(PostgresTrouble{StoreFault::unavailable,
                                               postgres_line(PQerrorMessage(connection.get()))});
            }
            // The library may go on with another socket at each step.
            auto ready = watch_postgres(executor_, *connection);
            const auto waited = co_await ready.wait(
                poll == PGRES_POLLING_READING ? Readiness::For::read : Readiness::For::write,
                deadline, Readiness::Drain::ends_wait);
            if (!waited) co_return fail(postgres_wait_over(waited.error(), place.text()));
            // A server may ask for any number of SCRAM's rounds, and libpq 15 has no bound for
            // them: that is why this runs on the pool's own thread, where it holds up nobody but
            // this store.  Whoever asks goes on at his deadline.
            poll = PQconnectPoll(connection.get());
        }
        PQsetnonblocking(connection.get(), 1);
        say("connected to " + place.text() +
            (PQsslInUse(connection.get()) != 0
                 ? std::string{" inside TLS ("} + PQsslAttribute(connection.get(), "protocol") + ")"
                 : std::string{" without TLS"}) +
            ", server " + std::to_string(PQserverVersion(connection.get()) / 10'000));
        co_return std::move(connection);
    }

    Task<PostgresResult<std::vector<PostgresPlace>>> places(std::size_t index,
                                                            Deadline deadline) const {
        const auto& host = server_.hosts[index];
        if (host.host.starts_with('/')) co_return std::vector{PostgresPlace{index, host}};
        const auto found = co_await net::resolve(host.host, host.port, deadline);
        if (!found) {
            const bool timed_out = found.error().kind == net::ConnectFault::Kind::timed_out;
            co_return fail(PostgresTrouble{
                timed_out ? StoreFault::deadline : StoreFault::unavailable, found.error().text});
        }
        std::vector<PostgresPlace> places;
        for (const auto& one : *found) places.push_back({index, host, text_of(one)});
        co_return places;
    }

    void say(std::string step) const {
        if (trace_ != nullptr) trace_->push_back(std::move(step));
    }

private:
    PostgresHandle begin(const PostgresPlace& place, const Secret& password,
                         const std::string& session) const {
        const auto port = std::to_string(place.host.port);
        std::string shown{password.reveal()};  // for its NUL at the end
        const bool cert = !server_.certificate.empty();
        const std::array<std::pair<const char*, const char*>, 15> pairs{{
            {"host", place.host.host.c_str()},
            {"hostaddr", place.address.c_str()},
            {"port", port.c_str()},
            {"dbname", server_.database.c_str()},
            {"user", server_.user.c_str()},
            {"password", shown.c_str()},
            {"application_name", "signet"},
            {"client_encoding", "UTF8"},
            {"sslmode", ssl_mode(server_, place)},
            {"sslrootcert", server_.ca.c_str()},
            {"sslcert", cert ? server_.certificate.c_str() : kNoFile},
            {"sslkey", cert ? server_.key.c_str() : kNoFile},
            {"passfile", kNoFile},
            {"gssencmode", "disable"},
            {"target_session_attrs", session.c_str()},
        }};
        std::vector<const char*> keys, values;
        for (const auto& [key, value] : pairs) {
            keys.push_back(key);
            values.push_back(value);
        }
        keys.push_back(nullptr);
        values.push_back(nullptr);
        PostgresHandle made{PQconnectStartParams(keys.data(), values.data(), /*expand_dbname=*/0)};
        wipe(shown);
        if (made) PQsetNoticeReceiver(made.get(), be_silent, nullptr);
        return made;
    }

    const any_io_executor executor_;
    const PostgresServer& server_;
    const PostgresTrace trace_;
};

}  // namespace

void FinishPostgres::operator()(pg_conn* handle) const { PQfinish(handle); }

std::string PostgresPlace::text() const {
    const auto shown = host.host.contains(':') ? "[" + host.host + "]" : host.host;
    return shown + ":" + std::to_string(host.port);
}

std::string postgres_line(std::string_view text) {
    std::string line;
    for (const auto part : split(text, '\n')) {
        const auto said = trim(part);
        if (!said.empty()) (line += line.empty() ? "" : "; ") += said;
    }
    return sanitised(line, kShown);
}

PostgresTrouble postgres_wait_over(net::IoFault fault, const std::string& where) {
    if (fault == net::IoFault::timed_out) {
        return {StoreFault::deadline, where + ": no answer in time"};
    }
    return {StoreFault::unavailable, where + ": the server stops"};
}

Readiness watch_postgres(const any_io_executor& executor, pg_conn& handle) {
    return Readiness{executor, ::fcntl(PQsocket(&handle), F_DUPFD_CLOEXEC, 0)};
}

Task<PostgresResult<PostgresSignedIn>> sign_in_to_postgres(any_io_executor executor,
                                                           const PostgresServer& server,
                                                           std::size_t first, Deadline deadline,
                                                           PostgresTrace trace) {
    const Connecting connecting{executor, server, trace};
    Secret password;
    if (server.password) {
        auto read = server.password();
        if (!read) co_return fail(PostgresTrouble{StoreFault::unavailable, read.error()});
        password = std::move(*read);
    }
    std::vector<std::string> sessions{server.session};
    if (server.session == "prefer-standby") sessions = {"standby", "any"};
    const auto hosts = server.hosts.size();
    auto left = hosts * sessions.size();
    PostgresTrouble last{StoreFault::unavailable, "no host is named"};
    for (const auto& session : sessions) {
        for (std::size_t i = 0; i < hosts; ++i) {
            const auto own = share(deadline, left--);
            auto places = co_await connecting.places((first + i) % hosts, own);
            if (!places) last = std::move(places.error());
            auto more = places ? places->size() : 0;
            for (const auto& place : places ? *places : std::vector<PostgresPlace>{}) {
                auto made = co_await connecting.at(place, password, session, share(own, more--));
                if (made) {
                    co_return PostgresSignedIn{std::move(*made), place};
                }
                last = std::move(made.error());
                connecting.say(last.detail);
            }
        }
    }
    co_return fail(std::move(last));
}

}  // namespace signet::store
