#include "settings/validate.h"

#include "settings/address.h"
#include "settings/judgement.h"

#include <algorithm>
#include <array>
#include <map>

namespace signet::settings {
namespace {

void some_listener(Judgement& judgement) {
    if (!judgement.settings.listeners.empty()) return;
    judgement.add("E0301", "there is no listener, so nobody could connect", "",
                  "add a [[listener]] section: signet config describe listener");
}

bool any_address(std::string_view ip) { return ip == "0.0.0.0" || ip == "::"; }

// Linux binds [::] for IPv6 alone here (IPV6_V6ONLY), so the families never meet.
bool overlap(const Address& a, const Address& b) {
    const bool v6_a = a.ip.find(':') != std::string::npos;
    const bool v6_b = b.ip.find(':') != std::string::npos;
    if (a.port != b.port || v6_a != v6_b) return false;
    return a.ip == b.ip || any_address(a.ip) || any_address(b.ip);
}

void addresses_once(Judgement& judgement) {
    std::vector<std::pair<Address, std::string>> seen;
    const auto take = [&](const Address& address, const std::string& path) {
        for (const auto& [other, other_path] : seen) {
            if (!overlap(address, other)) continue;
            judgement
                .add("E0302", address_text(address) + " is listened on twice", path,
                     "each address and port can be taken once")
                .notes.push_back(address_text(other) + " is taken at " +
                                 where(judgement.places.of(other_path)));
            break;
        }
        seen.emplace_back(address, path);
    };
    const auto& settings = judgement.settings;
    for (std::size_t i = 0; i < settings.listeners.size(); ++i) {
        for (const auto& address : settings.listeners[i].bind) {
            take(address, item("listener", i) + ".bind");
        }
    }
    for (const auto& address : settings.metrics.bind) take(address, "metrics.bind");
}

bool is_loopback(const Address& address) {
    static const std::array loopback{*parse_network("127.0.0.0/8"), *parse_network("::1")};
    const auto ip = parse_ip(address.ip);
    return ip && std::ranges::any_of(loopback, [&](const auto& net) { return net.contains(*ip); });
}

// Metrics tell no names, but how busy the server is and when its certificate ends.
void metrics_for_whom(Judgement& judgement) {
    const auto& metrics = judgement.settings.metrics;
    const bool local = std::ranges::all_of(metrics.bind, is_loopback);
    if (!local && metrics.allow.empty()) {
        judgement.add("W0336", "metrics are served where nobody else may ask", "metrics.bind",
                      "name who may in `allow`, or bind to 127.0.0.1");
    }
    for (const auto& network : metrics.allow) {
        if (network.prefix > 0) continue;
        judgement.add("W0337", "metrics are open to everybody", "metrics.allow",
                      network.text() + " is every address there is");
    }
}

template <class Record>
void names_once(Judgement& judgement, std::string_view section,
                const std::vector<Record>& records) {
    std::map<std::string, std::string> seen;
    for (std::size_t i = 0; i < records.size(); ++i) {
        const auto path = item(section, i) + ".name";
        if (records[i].name.empty()) continue;
        const auto [first, fresh] = seen.try_emplace(records[i].name, path);
        if (fresh) continue;
        judgement
            .add("E0303", "two " + std::string{section} + "s are named `" + records[i].name + "`",
                 path, "give each its own name")
            .notes.push_back("first at " + where(judgement.places.of(first->second)));
    }
}

void names_differ(Judgement& judgement) {
    names_once(judgement, "listener", judgement.settings.listeners);
    names_once(judgement, "route", judgement.settings.routes);
    names_once(judgement, "network", judgement.settings.networks);
    names_once(judgement, "store", judgement.settings.stores);
    names_once(judgement, "issuer", judgement.settings.issuers);
    names_once(judgement, "sign_in", judgement.settings.sign_in);
    names_once(judgement, "act_as", judgement.settings.act_as);
}

void certificate_and_key(Judgement& judgement) {
    const auto& tls = judgement.settings.tls;
    const auto& places = judgement.places;
    if (places.is_spoiled("tls.certificate") || places.is_spoiled("tls.key")) return;
    if (tls.certificate.empty() && tls.key.empty() && judgement.settings.listeners.empty()) return;
    if (tls.certificate.empty()) {
        judgement.add("E0309", "there is no certificate", "tls", "set `certificate` in [tls]");
    }
    if (tls.key.empty())
        judgement.add("E0309", "there is no private key", "tls", "set `key` in [tls]");
}

void retries_make_sense(Judgement& judgement) {
    const auto& queue = judgement.settings.queue;
    if (queue.retry_first > queue.retry_max) {
        judgement.add("E0310", "`retry_first` is longer than `retry_max`", "queue.retry_first");
    }
    if (queue.lifetime < queue.retry_first) {
        judgement.add("E0310", "`lifetime` ends before the first retry", "queue.lifetime");
    }
}

void limits_make_sense(Judgement& judgement) {
    const auto& limits = judgement.settings.limits;
    if (limits.header_size > limits.message_size) {
        judgement.add("E0310", "`header_size` is larger than `message_size`", "limits.header_size");
    }
    if (limits.client.connections > limits.connections) {
        judgement.add("E0310", "`connections_per_client` is more than `connections`",
                      "limits.connections_per_client");
    }
}

void absolute_paths(Judgement& judgement) {
    const auto& settings = judgement.settings;
    const std::pair<std::string_view, const std::string&> paths[] = {
        {"tls.certificate", settings.tls.certificate},
        {"tls.key", settings.tls.key},
        {"client_certificates.ca", settings.client_certificates.ca},
        {"client_certificates.revoked", settings.client_certificates.revoked},
        {"storage.path", settings.storage.path},
        {"audit.directory", settings.audit.directory},
        {"admin.socket", settings.admin.socket},
        {"dns.trust_anchor", settings.dns.trust_anchor},
        {"passwords.breached_list", settings.passwords.breached_list},
        {"reconcile.list", settings.reconcile.list}};
    const auto judge = [&](std::string_view path, const std::string& value) {
        if (value.empty() || value.starts_with('/')) return;
        judgement.add("W0315", "a relative path means another file in each working directory", path,
                      "write it from / on");
    };
    for (const auto& [path, value] : paths) judge(path, value);
    for (const auto& path : settings.aliases.files) judge("aliases.files", path);
    for (std::size_t i = 0; i < settings.stores.size(); ++i) {
        judge(item("store", i) + ".file.path", settings.stores[i].file.path);
        judge(item("store", i) + ".ldap.ca", settings.stores[i].ldap.ca);
        judge(item("store", i) + ".http.ca", settings.stores[i].http.ca);
        judge(item("store", i) + ".pam.directory", settings.stores[i].pam.directory);
    }
    for (std::size_t i = 0; i < settings.issuers.size(); ++i) {
        judge(item("issuer", i) + ".ca", settings.issuers[i].reach.ca);
    }
    for (std::size_t i = 0; i < settings.routes.size(); ++i) {
        judge(item("route", i) + ".maildir", settings.routes[i].maildir);
        judge(item("route", i) + ".client_certificate", settings.routes[i].outbound.certificate);
        judge(item("route", i) + ".client_key", settings.routes[i].outbound.key);
        if (settings.routes[i].smart_host) {
            judge(item("route", i) + ".ca", settings.routes[i].smart_host->ca);
        }
    }
}

constexpr std::array kRules{
    some_listener,      addresses_once,    names_differ,   judge_routes,     certificate_and_key,
    retries_make_sense, limits_make_sense, absolute_paths, metrics_for_whom, judge_mail,
    judge_stores,       judge_issuers,     judge_sign_in,  judge_people};

}  // namespace

std::vector<Problem> validate(const Snapshot& snapshot, const Places& places) {
    Judgement judgement{snapshot, places, {}};
    for (const auto rule : kRules) rule(judgement);
    return std::move(judgement.problems);
}

}  // namespace signet::settings
