#include "app/health.h"

namespace signet::app {
namespace {

struct Server {
    Ground& ground;
    Keeper& keeper;
    const Wire& wire;
};

using Ask = Task<std::string> (*)(Server);

Task<std::string> listeners(Server server) {
    co_return server.wire.listening().empty() ? "none is open" : "";
}

Task<std::string> draining(Server server) {
    co_return server.wire.draining() ? "the server is stopping" : "";
}

Task<std::string> spool(Server server) {
    if (!server.keeper.spool().healthy()) co_return "the queue cannot be written";
    const auto room = server.keeper.spool().has_room();
    if (!room && room.error() == StoreFault::full) co_return "no space is left";
    co_return room ? "" : "its free space is not known";
}

Task<std::string> accounts(Server server) {
    const auto asked = co_await server.keeper.accounts().find("nobody");
    co_return asked ? "" : "the database does not answer: " + std::string{name(asked.error())};
}

Task<std::string> audit_log(Server server) {
    co_return server.keeper.audit_file().healthy() ? "" : "it cannot be written";
}

Task<std::string> hash_queue(Server server) {
    co_return server.keeper.hash_pool().takes_work() ? "" : "it is full: sign-ins are put off";
}

Task<std::string> certificate(Server server) {
    const auto ends = server.wire.certificate_end();
    co_return ends <= server.ground.clock.wall() ? "it has expired" : "";
}

constexpr std::pair<const char*, Ask> kChecks[] = {
    {"draining", draining},       {"listeners", listeners}, {"spool", spool},
    {"accounts", accounts},       {"audit_log", audit_log}, {"hash_queue", hash_queue},
    {"certificate", certificate},
};

}  // namespace

std::vector<HealthCheck> readiness_checks(Ground& ground, Keeper& keeper, const Wire& wire) {
    std::vector<HealthCheck> checks;
    for (const auto& [name, ask] : kChecks) {
        checks.push_back(
            {name, [ask, server = Server{ground, keeper, wire}] { return ask(server); }});
    }
    return checks;
}

Task<http::Response> readiness(const std::vector<HealthCheck>& checks, bool verbose) {
    std::string lines, troubled;
    for (const auto& check : checks) {
        const auto trouble = co_await check.trouble();
        lines += (trouble.empty() ? "[+] " : "[-] ") + check.name +
                 (trouble.empty() ? ": ok" : ": " + trouble) + "\n";
        if (!trouble.empty()) troubled += (troubled.empty() ? "" : ", ") + check.name;
    }
    http::Response response{.status = troubled.empty() ? 200 : 503};
    response.body = troubled.empty() ? "ready\n" : "not ready: " + troubled + "\n";
    if (verbose) response.body = lines + response.body;
    co_return response;
}

}  // namespace signet::app
