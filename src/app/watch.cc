#include "app/watch.h"

#include "app/figures.h"

#include <algorithm>
#include <utility>

namespace signet::app {
namespace {

namespace metric = observe::metric;
using namespace std::chrono_literals;

constexpr auto kStuck = 10s;  // an I/O thread that was not heard of for so long
constexpr auto kAccountsEvery = 60s;

std::vector<net::Endpoint> endpoints(const settings::MetricsSettings& settings) {
    std::vector<net::Endpoint> all;
    for (const auto& address : settings.bind) all.push_back({address.ip, address.port});
    return all;
}

constexpr std::string_view kPaths[] = {"/metrics", "/livez", "/readyz"};

// What it found nothing for has one name: paths are the client's to choose.
std::string_view handler_of(const http::Request& request) {
    for (const auto path : kPaths) {
        if (request.path == path) return path;
    }
    return "other";
}

std::string_view method_of(const http::Request& request) {
    return request.method == "GET" || request.method == "HEAD" ? std::string_view{request.method}
                                                               : "other";
}

void prepare_http(observe::Registry& registry) {
    for (const auto path : kPaths) {
        registry.counter(metric::kHttpRequests, {path, "GET", "200"});
    }
    registry.counter(metric::kHttpRequests, {"/readyz", "GET", "503"});
}

}  // namespace

Watch::Watch(const settings::Snapshot& settings, Ground& ground, Keeper& keeper, Wire& wire)
    : ground_(ground),
      keeper_(keeper),
      wire_(wire),
      hostname_(settings.hostname),
      checks_(readiness_checks(ground, keeper, wire)),
      loops_(ground.metrics) {
    register_figures(ground.metrics, settings, keeper, wire);
    prepare_http(ground.metrics);
    loops_.start(wire.io());
    io_.start();
}

Watch::~Watch() {
    server_.reset();
    io_.drain(1s);
    io_.stop();
}

Result<void, StartFault> Watch::serve(const settings::MetricsSettings& settings) {
    if (settings.bind.empty()) return {};
    net::HttpOptions options;
    options.bind = endpoints(settings);
    options.allow = settings.allow;
    options.hostname = hostname_;
    options.count = [&registry = ground_.metrics](const http::Request& request, int status) {
        registry
            .counter(metric::kHttpRequests,
                     {handler_of(request), method_of(request), std::to_string(status)})
            .add();
    };
    auto opened =
        net::HttpServer::open(io_, ground_.clock, std::move(options),
                              [this](http::Request request) { return answer(std::move(request)); });
    if (!opened) return fail(StartFault::taken("metrics: " + opened.error()));
    server_ = std::move(*opened);
    return {};
}

std::vector<std::string> Watch::listening() const {
    std::vector<std::string> lines;
    if (!server_) return lines;
    for (const auto& address : server_->addresses()) lines.push_back("metrics " + address.text());
    return lines;
}

Task<http::Response> Watch::answer(http::Request request) {
    if (request.path == "/metrics") co_return co_await metrics(request);
    if (request.path == "/livez") co_return alive();
    if (request.path == "/readyz") {
        co_return co_await readiness(checks_, request.query == "verbose");
    }
    co_return http::plain(404);
}

Task<http::Response> Watch::metrics(const http::Request& request) {
    co_await count_accounts();
    const auto format = observe::wanted_exposition(request.accept);
    co_return http::Response{
        .status = 200, .body = ground_.metrics.text(format), .type = observe::content_type(format)};
}

// Alive: the threads that serve sessions come to their turn.  While they drain they have no timer.
http::Response Watch::alive() const {
    if (wire_.draining() || loops_.silence() < kStuck) return {.status = 200, .body = "alive\n"};
    return {.status = 503, .body = "an I/O thread is stuck\n"};
}

Task<void> Watch::count_accounts() {
    const auto now = ground_.clock.steady();
    if (accounts_counted_ != SteadyTime{} && now < accounts_counted_ + kAccountsEvery) co_return;
    accounts_counted_ = now;
    const auto all = co_await keeper_.accounts().list();
    if (!all) co_return;  // as they were
    const auto active = std::ranges::count(*all, true, &identity::Account::enabled);
    const auto disabled = static_cast<std::ptrdiff_t>(all->size()) - active;
    ground_.metrics.gauge(metric::kAccounts, {"active"}).set(static_cast<double>(active));
    ground_.metrics.gauge(metric::kAccounts, {"disabled"}).set(static_cast<double>(disabled));
}

}  // namespace signet::app
