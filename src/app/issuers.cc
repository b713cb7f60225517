#include "app/issuers.h"

#include "app/load_settings.h"
#include "net/http_client.h"
#include "net/tls_context.h"
#include "oauth/form.h"
#include "observe/catalogue.h"

#include <atomic>
#include <utility>

namespace signet::app {
namespace {

namespace metric = observe::metric;
using authn::Issuer;
using settings::IssuerSettings;

constexpr std::string_view kNoIssuer = "unknown";  // a token that names none of ours
constexpr std::string_view kAnswered = "ok", kSilent = "failed";

Task<Result<authn::Fetched, std::string>> ask(std::shared_ptr<net::HttpClient> client,
                                              authn::Question question, Deadline deadline) {
    net::HttpRequest request{.url = std::move(question.url)};
    request.most_octets = question.most_octets;
    request.fields.push_back({"Accept", Secret::copy_of("application/json")});
    if (question.authorization) {
        request.fields.push_back({"Authorization", std::move(*question.authorization)});
    }
    if (question.form) {
        request.method = "POST";
        request.fields.push_back({"Content-Type", Secret::copy_of(oauth::kFormType)});
        request.body = std::move(question.form);
    }
    auto answer = co_await client->fetch(std::move(request), deadline);
    if (!answer) co_return fail(answer.error().text + ".");
    co_return authn::Fetched{answer->status, std::string{answer->body.reveal()}};
}

// Whoever may ask this issuer, and how.
Result<authn::Fetch, std::string> fetch_for(const IssuerSettings& issuer) {
    const bool loopback = oauth::is_loopback_http(issuer.url);
    auto tls = net::TlsClientContext::load(
        {.verify = true, .ca = issuer.reach.ca, .certificate = {}, .key = {}});
    if (!tls) return fail(tls.error());
    net::HttpClientOptions options;
    options.tls = std::move(*tls);
    options.plain_http = loopback;
    options.private_addresses = loopback || issuer.reach.private_addresses;
    return [client = std::make_shared<net::HttpClient>(std::move(options))](
               authn::Question question, Deadline deadline) {
        return ask(client, std::move(question), deadline);
    };
}

// Tells of an issuer that stops answering, and that answers again; not of each try.
class News {
public:
    News(std::string issuer, Ground& ground, audit::AuditStore& audit)
        : issuer_(std::move(issuer)), ground_(ground), audit_(audit) {}

    void operator()(const authn::KnownPtr& known, const std::string& why) {
        ground_.metrics.counter(metric::kJwksRefreshes, {issuer_, known ? kAnswered : kSilent})
            .add();
        const bool was_down = down_.exchange(!known);
        if (known) {
            const std::chrono::duration<double> now = ground_.clock.wall().time_since_epoch();
            ground_.metrics.gauge(metric::kJwksRefresh, {issuer_}).set(now.count());
            tell_of_skipped(*known);
        }
        if (was_down == !known) return;
        record(known != nullptr, why);
    }

private:
    // A private key that everybody can fetch is worth a line, and once is enough.
    void tell_of_skipped(const authn::Known& known) {
        if (known.keys.skipped.empty() || told_.exchange(true)) return;
        for (const auto& key : known.keys.skipped) {
            ground_.log.write(observe::Level::warning, "a key of an issuer is not used",
                              {{"issuer", issuer_}, {"key", key.key_id}, {"detail", key.why}});
        }
    }
    void record(bool up, const std::string& why) {
        audit::Event event;
        event.time = ground_.clock.wall();
        event.id = ground_.ids.next();
        event.event = up ? "issuer.up" : "issuer.down";
        event.outcome = up ? audit::Outcome::success : audit::Outcome::failure;
        event.severity = up ? audit::Severity::notice : audit::Severity::warning;
        event.reason = up ? "ok" : "unavailable";
        event.service = "server";
        event.target = audit::Target{"issuer", {}, issuer_};
        event.detail = why;
        audit_.record(std::move(event));
        ground_.log.write(up ? observe::Level::notice : observe::Level::error,
                          up ? "an issuer gives its keys again" : "an issuer gives no keys",
                          {{"issuer", issuer_}, {"detail", why}});
    }

    const std::string issuer_;
    Ground& ground_;
    audit::AuditStore& audit_;
    std::atomic<bool> down_{false}, told_{false};
};

oauth::IssuerRules rules_of(const IssuerSettings& issuer) {
    oauth::IssuerRules rules{.url = issuer.url,
                             .audience = issuer.audience,
                             .algorithms = {},
                             .required_scope = issuer.required_scope,
                             .clients = issuer.clients,
                             .account = {issuer.account.claim, issuer.account.strip_domain,
                                         issuer.account.append_domain},
                             .clock_skew = issuer.clock_skew,
                             .plain_jwt = issuer.plain_jwt};
    for (const auto& name : issuer.algorithms) {
        rules.algorithms.push_back(crypto::signature_algorithm(name).value());
    }
    return rules;
}

Result<std::shared_ptr<authn::Introspector>, std::string> introspector_for(
    const IssuerSettings& issuer, const authn::Fetch& fetch, Ground& ground) {
    const auto secret = read_secret(issuer.introspection.client_secret);
    if (!secret) return fail(secret.error());
    return std::make_shared<authn::Introspector>(
        authn::Introspector::Options{
            oauth::basic_authorization(issuer.introspection.client_id, secret->reveal()),
            issuer.introspection.life},
        fetch, ground.clock, ground.entropy,
        [name = issuer.name, &metrics = ground.metrics](bool answered,
                                                        std::chrono::duration<double> took) {
            metrics.histogram(metric::kIntrospection, {name, answered ? kAnswered : kSilent})
                .observe(took.count());
        });
}

std::shared_ptr<authn::IssuerKeys> keys_for(const IssuerSettings& issuer, authn::Fetch fetch,
                                            const authn::Issuers& running, Ground& ground,
                                            audit::AuditStore& audit) {
    auto news = std::make_shared<News>(issuer.name, ground, audit);
    auto keys = std::make_shared<authn::IssuerKeys>(
        authn::IssuerKeys::Options{.issuer = issuer.url,
                                   .jwks_url = issuer.keys.url,
                                   .keys = !issuer.is_asked(),
                                   .refresh = issuer.keys.refresh,
                                   .life = issuer.keys.life},
        std::move(fetch), ground.clock,
        [news](const authn::KnownPtr& known, const std::string& why) { (*news)(known, why); });
    const auto before = authn::find_issuer(running, issuer.url);
    if (before && before->keys->options().jwks_url == issuer.keys.url) keys->adopt(*before->keys);
    return keys;
}

}  // namespace

Result<IssuersPtr, StartFault> make_issuers(const settings::Snapshot& settings,
                                            const authn::Issuers& running, Ground& ground,
                                            audit::AuditStore& audit) {
    auto all = std::make_shared<authn::Issuers>();
    for (const auto& described : settings.issuers) {
        const auto wrong = [&](const std::string& why) {
            return fail(StartFault::settings("issuer " + described.name + ": " + why));
        };
        auto issuer = std::make_shared<Issuer>();
        auto fetch = fetch_for(described);
        if (!fetch) return wrong(fetch.error());
        issuer->name = described.name;
        issuer->rules = rules_of(described);
        if (described.is_asked()) {
            issuer->ask = described.introspection.when == "always" ? Issuer::Ask::always
                                                                   : Issuer::Ask::opaque;
            issuer->introspection_url = described.introspection.url;
            issuer->outage = described.introspection.outage;
            auto introspector = introspector_for(described, *fetch, ground);
            if (!introspector) return wrong(introspector.error());
            issuer->introspector = std::move(*introspector);
        }
        issuer->keys = keys_for(described, std::move(*fetch), running, ground, audit);
        all->push_back(std::move(issuer));
    }
    return all;
}

void prepare_token_metrics(observe::Registry& registry, const authn::Issuers& issuers) {
    for (const auto& issuer : issuers) {
        for (const auto result : {std::string_view{"ok"}, std::string_view{"unavailable"}}) {
            registry.counter(metric::kTokenValidations, {issuer->name, result});
        }
        for (const auto result : {kAnswered, kSilent}) {
            registry.counter(metric::kJwksRefreshes, {issuer->name, result});
            if (issuer->introspector) {
                registry.histogram(metric::kIntrospection, {issuer->name, result});
            }
        }
    }
}

void count_token(observe::Registry& registry, std::string_view issuer, std::string_view result) {
    registry.counter(metric::kTokenValidations, {issuer.empty() ? kNoIssuer : issuer, result})
        .add();
}

}  // namespace signet::app
