#include "app/route_access.h"

#include "app/files.h"
#include "app/load_settings.h"
#include "audit/timestamp.h"
#include "crypto/signing_key.h"
#include "net/http_client.h"
#include "net/timer.h"
#include "oauth/token_look.h"
#include "observe/catalogue.h"
#include "relay/missing_steps.h"
#include "settings/units.h"

#include <algorithm>
#include <utility>

namespace signet::app {
namespace {

namespace metric = observe::metric;
using admin::Fault;

constexpr std::chrono::hours kTendEvery{1}, kWarnEvery{24};
constexpr std::chrono::days kSecretEnds{30};
constexpr std::chrono::seconds kTrial{30};  // for each host
constexpr std::array<std::string_view, 5> kResults{"ok", "no_login", "refused", "unavailable",
                                                   "storage"};

using SigningKey = std::shared_ptr<const crypto::SigningKey>;

Result<Secret, std::string> text_of(const std::string& path) {
    auto text = read_file(path);
    if (!text) return fail(text.error());
    if (!*text) return fail(path + ": No such file or directory");
    return Secret{std::move(**text)};
}

// Null: it does not sign.
Result<SigningKey, std::string> key_of(const settings::OauthSettings& oauth) {
    if (oauth.client_certificate.empty()) return SigningKey{};
    const auto certificate = text_of(oauth.client_certificate), text = text_of(oauth.client_key);
    if (!certificate) return fail(certificate.error());
    if (!text) return fail(text.error());
    auto key = crypto::SigningKey::read(certificate->reveal(), text->reveal());
    if (!key) return fail(oauth.client_certificate + ": " + key.error());
    return std::make_shared<const crypto::SigningKey>(std::move(*key));
}

std::string print_of(const SigningKey& key) { return key ? key->thumbprint() : std::string{}; }

relay::TokenSetting setting_of(const settings::RouteSettings& route, Secret secret,
                               SigningKey key) {
    const auto& oauth = *route.smart_host->oauth;
    return {.route = route.name,
            .of_a_person = oauth.grant == "refresh_token",
            .token_url = oauth.token_url,
            .device_url = oauth.device_url,
            .scope = oauth.scope,
            .client = {.id = oauth.client_id, .secret = std::move(secret)},
            .key = std::move(key)};
}

bool same(const relay::TokenSetting& a, const relay::TokenSetting& b) {
    return a.of_a_person == b.of_a_person && a.token_url == b.token_url &&
           a.device_url == b.device_url && a.scope == b.scope && a.client.id == b.client.id &&
           a.client.secret.reveal() == b.client.secret.reveal() &&
           print_of(a.key) == print_of(b.key);
}

Fault fault_of(const relay::TokenFault& fault) {
    const bool later = fault.kind == relay::TokenFault::Kind::unavailable;
    return {later ? Fault::Kind::try_later : Fault::Kind::failed, fault.text};
}

std::string days_text(std::chrono::days days) {
    if (days.count() < 0) return "has ended";
    if (days.count() == 0) return "ends today";
    return "ends in " + std::to_string(days.count()) + (days.count() == 1 ? " day" : " days");
}

}  // namespace

RouteAccess::RouteAccess(const std::string& storage_path, Ground& ground, Keeper& keeper)
    : ground_(ground),
      keeper_(keeper),
      vault_(storage_path, keeper.derive_key("route logins"), ground.entropy, keeper.disk_pool()) {
    in_force_.set(std::make_shared<const Ways>());
    ground.metrics.on_scrape(metric::kRouteSecretEnds, [this] {
        std::vector<observe::Sample> samples;
        const auto ways = in_force_.get();
        for (const auto& [route, way] : *ways) {
            const auto end = end_of(way);
            if (!end) continue;
            const std::chrono::duration<double> since = end->time_since_epoch();
            samples.push_back({{route}, since.count()});
        }
        return samples;
    });
}

relay::TokenParts RouteAccess::parts_for(std::shared_ptr<net::HttpClient> client) {
    return {.fetch = [client = std::move(client)](
                         net::HttpRequest request,
                         Deadline deadline) { return client->fetch(std::move(request), deadline); },
            .vault = vault_,
            .clock = ground_.clock,
            .entropy = ground_.entropy,
            .tell = [this](const relay::TokenNews& news) { tell(news); }};
}

Result<std::shared_ptr<relay::TokenSource>, std::string> RouteAccess::tokens_of(
    const settings::RouteSettings& route) {
    const auto& oauth = *route.smart_host->oauth;
    Secret secret;
    if (!oauth.client_secret.empty()) {
        auto read = read_secret(oauth.client_secret);
        if (!read) return fail(read.error());
        secret = std::move(*read);
    }
    auto key = key_of(oauth);
    if (!key) return fail(key.error());
    auto setting = setting_of(route, std::move(secret), std::move(*key));
    const auto ways = in_force_.get();
    const auto before = ways->find(route.name);
    // What a CA file holds may have changed under its name.
    if (before != ways->end() && before->second.tokens && oauth.ca.empty() &&
        before->second.oauth->ca.empty() &&
        before->second.oauth->private_addresses == oauth.private_addresses &&
        same(before->second.tokens->setting(), setting)) {
        return before->second.tokens;
    }
    auto tls = net::TlsClientContext::load({.ca = oauth.ca});
    if (!tls) return fail(tls.error());
    auto client = std::make_shared<net::HttpClient>(net::HttpClientOptions{
        .tls = std::move(*tls), .private_addresses = oauth.private_addresses});
    count_from_zero(route.name);
    return std::make_shared<relay::TokenSource>(std::move(setting), parts_for(std::move(client)));
}

void RouteAccess::count_from_zero(const std::string& route) {
    for (const auto result : kResults) {
        ground_.metrics.counter(metric::kRouteTokens, {route, result}).add(0);
    }
    ground_.metrics.gauge(metric::kRouteTokensFail, {route}).set(0);
}

void RouteAccess::add(const settings::RouteSettings& route, std::vector<relay::NextHop> hosts) {
    const auto& wanted = *route.smart_host;
    const auto& sign_in = hosts.front().sign_in;
    next_[route.name] = {.user = wanted.user,
                         .oauth = wanted.oauth,
                         .tokens = sign_in ? sign_in->tokens : nullptr,
                         .hosts = std::move(hosts)};
}

void RouteAccess::put_in_force() {
    in_force_.set(std::make_shared<const Ways>(std::exchange(next_, {})));
}

void RouteAccess::record(std::string event, const std::string& route, const std::string& reason,
                         std::string detail, audit::Severity severity) {
    audit::Event record;
    record.time = ground_.clock.wall();
    record.id = ground_.ids.next();
    record.event = std::move(event);
    record.outcome = reason == "ok" ? audit::Outcome::success : audit::Outcome::failure;
    record.reason = reason;
    record.severity = severity;
    record.service = "relay";
    record.target = {"route", {}, route};
    record.detail = std::move(detail);
    keeper_.audit().record(std::move(record));
}

// The log says each failure, for its words may change; the audit log says when it began and ended.
void RouteAccess::tell(const relay::TokenNews& news) {
    const auto result = news.fault ? name(news.fault->kind) : std::string_view{"ok"};
    ground_.metrics.counter(metric::kRouteTokens, {news.route, result}).add();
    ground_.metrics.gauge(metric::kRouteTokensFail, {news.route}).set(news.fault ? 1 : 0);
    if (news.fault) {
        ground_.log.write(observe::Level::error, "a route has no access token; its mail waits",
                          {{"route", news.route}, {"why", news.fault->text}});
    }
    if (!news.changed) return;
    if (news.fault) {
        record("token.failed", news.route, std::string{result}, news.fault->text,
               audit::Severity::warning);
    } else {
        record("token.issued", news.route, "ok", {}, audit::Severity::info);
    }
}

// Of its certificate; or of its secret, as the settings say.
std::optional<WallTime> RouteAccess::end_of(const Way& way) {
    if (!way.oauth) return {};
    if (way.tokens && way.tokens->setting().key) return way.tokens->setting().key->not_after();
    const auto day = settings::parse_date(way.oauth->secret_expires);
    return day ? std::optional{WallTime{*day}} : std::nullopt;
}

void RouteAccess::warn_of_secret(const std::string& route, const Way& way) {
    const auto end = end_of(way);
    if (!end) return;
    const auto now = ground_.clock.wall();
    const auto left = std::chrono::ceil<std::chrono::days>(*end - now);  // 0: on that day
    if (left > kSecretEnds) return;
    const auto [last, first] = warned_.try_emplace(route, now);
    if (!first && now - last->second < kWarnEvery) return;
    last->second = now;
    const bool signs = way.tokens && way.tokens->setting().key;
    const auto when = std::string{signs ? "the client certificate" : "the client secret"} +
                      " of route " + route + " " + days_text(left) + " (" +
                      audit::timestamp(*end).substr(0, 10) + ")";
    ground_.log.write(observe::Level::warning, when, {{"route", route}});
    record("secret.expiring", route, "ok", when, audit::Severity::warning);
}

Task<void> RouteAccess::tend() {
    do {
        const auto ways = in_force_.get();
        for (const auto& [route, way] : *ways) {
            warn_of_secret(route, way);
            if (way.tokens) co_await way.tokens->tend();
        }
    } while (co_await net::sleep_for(kTendEvery));
}

Result<RouteAccess::Way, Fault> RouteAccess::way_of(const std::string& route,
                                                    bool of_a_person) const {
    const auto ways = in_force_.get();
    const auto found = ways->find(route);
    if (found == ways->end()) {
        return fail(
            Fault{Fault::Kind::not_found, "there is no route " + route + " with a smart host"});
    }
    const auto& tokens = found->second.tokens;
    if (of_a_person && (!tokens || !tokens->setting().of_a_person)) {
        return fail(Fault{Fault::Kind::conflict,
                          "route " + route + " has no auth.oauth with grant = \"refresh_token\""});
    }
    return found->second;
}

Task<Result<admin::LoginBegun, Fault>> RouteAccess::begin_login(std::string route) {
    const auto way = way_of(route, true);
    if (!way) co_return fail(way.error());
    const auto login = co_await way->tokens->begin_login();
    if (!login) co_return fail(fault_of(login.error()));
    co_return admin::LoginBegun{.address = login->address,
                                .code = login->user_code,
                                .life = login->life,
                                .interval = login->interval};
}

Task<Result<std::optional<std::chrono::seconds>, Fault>> RouteAccess::poll_login(
    std::string route) {
    const auto way = way_of(route, true);
    if (!way) co_return fail(way.error());
    const auto waits = co_await way->tokens->poll_login();
    if (!waits) co_return fail(fault_of(waits.error()));
    co_return *waits;
}

Task<Result<admin::SignInTrial, Fault>> RouteAccess::try_sign_in(std::string route) {
    auto way = way_of(route, false);
    if (!way) co_return fail(way.error());
    admin::SignInTrial trial{.user = way->user, .by_token = way->tokens != nullptr};
    if (way->oauth) trial.secret_expires = way->oauth->secret_expires;
    if (way->tokens) {
        const auto token = co_await way->tokens->token();
        if (token) trial.token = oauth::look_at_token(token->reveal());
        if (!token) trial.token_fault = token.error().text;
        if (!token) co_return trial;
    }
    for (auto& host : way->hosts) {
        host.patience.step = kTrial;
        const auto probe = co_await relay::probe(host, {ground_.clock, connect_});
        trial.hosts.push_back({host.text(), probe.signed_in, probe.said});
        const auto steps = relay::missing_steps({.host = host.host,
                                                 .user = way->user,
                                                 .signed_in = probe.signed_in,
                                                 .said = probe.said,
                                                 .token = trial.token},
                                                ground_.clock.wall());
        for (const auto& step : steps) {
            if (std::ranges::count(trial.missing, step) == 0) trial.missing.push_back(step);
        }
    }
    co_return trial;
}

}  // namespace signet::app
