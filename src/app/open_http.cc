// [[store]] kind = "http"
#include "app/load_settings.h"
#include "app/open_store.h"
#include "app/store_watch.h"

#include "net/http_client.h"
#include "net/tls_context.h"
#include "store/gated_credentials.h"
#include "store/http_credentials.h"
#include "store/store_gate.h"

namespace signet::app {
namespace {

constexpr unsigned kWaitingEach = 20;  // for one question

store::HttpStoreOptions options_of(const settings::StoreSettings& settings, observe::Log& log) {
    store::HttpStoreOptions options;
    options.url = settings.http.url;
    if (!settings.http.bearer.empty()) {
        options.bearer = [source = settings.http.bearer] { return read_secret(source); };
    }
    options.timeout = settings.timeout;
    options.report = [name = settings.name, &log](std::string_view detail) {
        log.write(observe::Level::warning, "a credential service cannot be asked",
                  {{"store", name}, {"detail", std::string{detail}}});
    };
    return options;
}

store::HttpFetch fetch_by(const settings::StoreSettings& settings,
                          std::shared_ptr<const net::TlsClientContext> tls) {
    net::HttpClientOptions options;
    options.tls = std::move(tls);
    options.private_addresses = settings.http.private_addresses;
    auto client = std::make_shared<net::HttpClient>(std::move(options));
    return [client](net::HttpRequest request, Deadline deadline) {
        return client->fetch(std::move(request), deadline);
    };
}

class HttpStore final : public OpenedStore {
public:
    HttpStore(const settings::StoreSettings& settings, const StoreMaterial& material,
              std::shared_ptr<const net::TlsClientContext> tls)
        : clock_(material.ground.clock),
          timeout_(settings.timeout),
          url_(settings.http.url),
          http_(options_of(settings, material.ground.log), fetch_by(settings, std::move(tls)),
                clock_),
          gate_({.name = settings.name,
                 .timeout = settings.timeout,
                 .width = settings.connections,
                 .waiting = settings.connections * kWaitingEach},
                clock_, watcher_of(settings.name, material.ground, material.audit)),
          gated_(http_, gate_) {}

    identity::CredentialStore& credentials() override { return gated_; }
    bool proofs() const override { return false; }
    bool tells() const override { return true; }
    std::string state() const override {
        return gate_.state() == limits::Breaker::State::closed ? "up" : "down";
    }

    // Past the gate: whoever tries it wants to know what is wrong, not that something is.
    Task<admin::StoreTrial> try_sign_in(std::string login, Secret password) override {
        const auto answer =
            co_await http_.check({.authcid = std::move(login), .method = "PLAIN"},
                                 std::move(password), Deadline::in(clock_, timeout_));
        admin::StoreTrial trial;
        trial.outcome = outcome_of(answer);
        trial.steps.push_back("asked " + url_ + ": " + trial.outcome);
        if (const auto* granted = answer ? std::get_if<identity::Login>(&*answer) : nullptr) {
            trial.steps.push_back(told_login(*granted));
        } else if (!answer) {
            trial.steps.emplace_back("the log of the server says why");
        }
        co_return trial;
    }

private:
    const Clock& clock_;
    const std::chrono::milliseconds timeout_;
    const std::string url_;
    store::HttpCredentials http_;
    store::StoreGate gate_;
    store::GatedCredentials gated_;
};

}  // namespace

Result<std::unique_ptr<OpenedStore>, StartFault> open_http(const settings::StoreSettings& settings,
                                                           const StoreMaterial& material) {
    const auto& http = settings.http;
    auto tls = net::TlsClientContext::load({.verify = true,
                                            .ca = http.ca,
                                            .certificate = http.certificate,
                                            .key = http.key.empty() ? http.certificate : http.key});
    if (!tls) return fail(StartFault::failed("store " + settings.name + ": " + tls.error()));
    return std::make_unique<HttpStore>(settings, material, std::move(*tls));
}

}  // namespace signet::app
