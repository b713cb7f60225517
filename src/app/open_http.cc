// [[store]] kind = "http"
#include "app/load_settings.h"
#include "app/remote_store.h"

#include "net/http_client.h"
#include "net/tls_context.h"
#include "store/http_credentials.h"

namespace signet::app {
namespace {

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

class HttpStore final : public RemoteStore<store::HttpCredentials> {
public:
    HttpStore(const settings::StoreSettings& settings, const StoreMaterial& material,
              std::shared_ptr<const net::TlsClientContext> tls)
        : RemoteStore(settings, material, options_of(settings, material.ground.log),
                      fetch_by(settings, std::move(tls)), material.ground.clock),
          asked_("asked " + settings.http.url) {}

    Task<admin::StoreTrial> try_sign_in(std::string login, Secret password) override {
        return try_by_check(asked_, std::move(login), std::move(password));
    }

private:
    const std::string asked_;
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
