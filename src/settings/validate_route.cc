// Rules about routes: where each leads, what it needs for that, and whether mail comes to it.
#include "settings/judgement.h"

#include "base/ip.h"
#include "sasl/client.h"
#include "settings/address.h"

#include <algorithm>
#include <array>
#include <map>

namespace signet::settings {
namespace {

bool target_is_spoiled(const Places& places, const std::string& path) {
    constexpr std::array kTargets{".host", ".lmtp",   ".maildir", ".discard",
                                  ".mx",   ".mx.tls", ".mx.port", ".mx.private_addresses"};
    return std::ranges::any_of(kTargets,
                               [&](const char* key) { return places.is_spoiled(path + key); });
}

// docs/decisions/0112-no-exchanger-inside.md
void exchangers_inside(Judgement& judgement) {
    for (std::size_t i = 0; i < judgement.settings.routes.size(); ++i) {
        const auto& route = judgement.settings.routes[i];
        const bool any_domain = std::ranges::count(route.match, "*") != 0;
        if (!route.mx || !route.mx->private_addresses || !any_domain) continue;
        judgement.add("W0338", "any domain can send mail of yours into your own network",
                      item("route", i) + ".mx.private_addresses",
                      "put your own domains into a route of their own, before this one");
    }
}

void one_target_each(Judgement& judgement) {
    for (std::size_t i = 0; i < judgement.settings.routes.size(); ++i) {
        const auto& route = judgement.settings.routes[i];
        const auto path = item("route", i);
        if (target_is_spoiled(judgement.places, path)) continue;
        const bool host = route.smart_host && !route.smart_host->hosts.empty();
        const int targets = int{host} + int{!route.maildir.empty()} + int{route.mx.has_value()} +
                            int{!route.lmtp.empty()} + int{route.discard};
        if (targets > 1) {
            judgement.add("E0305",
                          "a route has one of `host`, `lmtp`, `maildir`, `mx` and `discard`", path,
                          "leave out the others");
        } else if (targets == 0) {
            judgement.add("E0304", "a route needs `host`, `lmtp`, `maildir`, `mx` or `discard`",
                          path, "say where its mail goes");
        } else if (!host && route.smart_host) {
            judgement.add("E0305", "a route without `host` has no settings of a smart host", path,
                          "leave out implicit_tls, tls, ca and auth");
        }
    }
}

std::string proof_of(const SmartHostSettings& host) {
    return host.oauth ? "access token" : "password";
}

void no_password_in_the_clear(Judgement& judgement) {
    for (std::size_t i = 0; i < judgement.settings.routes.size(); ++i) {
        const auto& route = judgement.settings.routes[i];
        if (!route.smart_host) continue;
        const auto& host = *route.smart_host;
        const auto path = item("route", i);
        const auto clear = std::ranges::find(host.hosts, false, &SmartHostAddress::implicit_tls);
        const bool any_inside =
            std::ranges::count(host.hosts, true, &SmartHostAddress::implicit_tls) > 0;
        if (host.hosts.empty()) continue;
        if (host.signs_in() && host.tls == "none" && clear != host.hosts.end()) {
            judgement.add(
                "E0306",
                "the " + proof_of(host) + " for `" + clear->host + "` would travel in the clear",
                path + ".tls", "write tls = \"verified\", or leave out auth");
        } else if (host.signs_in() && host.tls != "verified") {
            judgement.add("W0316",
                          "the " + proof_of(host) + " for `" + host.hosts.front().host +
                              "` goes to whoever answers in its name",
                          path + ".tls", "write tls = \"verified\"");
        }
        if (any_inside && host.tls == "none") {
            judgement.add("E0308", "`implicit_tls` and tls = \"none\" exclude each other",
                          path + ".tls", "leave out one of them");
        }
    }
}

void user_and_password(Judgement& judgement) {
    for (std::size_t i = 0; i < judgement.settings.routes.size(); ++i) {
        const auto& route = judgement.settings.routes[i];
        const auto path = item("route", i);
        if (!route.smart_host || judgement.places.is_spoiled(path + ".auth.password") ||
            judgement.places.is_spoiled(path + ".auth.user")) {
            continue;
        }
        const auto& host = *route.smart_host;
        if (host.oauth || host.user.empty() == host.password.empty()) continue;
        judgement.add("E0307",
                      host.user.empty() ? "a password without a user" : "a user without a password",
                      host.user.empty() ? path + ".auth.password" : path + ".auth.user",
                      "auth needs both `user` and `password`");
    }
}

// What is missing, or too much, for a route to get tokens; with the key it is about.
struct TokenGap {
    const char* key;
    const char* what;
};
std::vector<TokenGap> token_gaps(const SmartHostSettings& host) {
    const auto& oauth = *host.oauth;
    const bool refresh = oauth.grant == "refresh_token";
    std::vector<TokenGap> gaps;
    if (!host.password.empty())
        gaps.push_back({"password", "a route signs in by a password or by tokens"});
    if (host.user.empty())
        gaps.push_back({"user", "a token is shown for a user, and there is none"});
    if (oauth.token_url.empty()) gaps.push_back({"oauth.token_url", "no token endpoint is named"});
    if (oauth.client_id.empty()) gaps.push_back({"oauth.client_id", "there is no `client_id`"});
    if (refresh && oauth.device_url.empty()) {
        gaps.push_back(
            {"oauth.device_url", "`signet route login` has no `device_url` to begin at"});
    }
    if (!refresh && !oauth.device_url.empty()) {
        gaps.push_back({"oauth.device_url", "nobody logs in for grant = \"client_credentials\""});
    }
    const bool signing = !oauth.client_certificate.empty() || !oauth.client_key.empty();
    if (oauth.client_certificate.empty() != oauth.client_key.empty()) {
        gaps.push_back({oauth.client_key.empty() ? "oauth.client_key" : "oauth.client_certificate",
                        "a certificate needs its key, and the key a certificate"});
    }
    if (signing && !oauth.client_secret.empty()) {
        gaps.push_back({"oauth.client_secret", "a client has a secret or a certificate"});
    }
    if (!refresh && !signing && oauth.client_secret.empty()) {
        gaps.push_back({"oauth.client_secret",
                        "client credentials need a `client_secret` or a `client_certificate`"});
    }
    if (!oauth.secret_expires.empty() && oauth.client_secret.empty()) {
        gaps.push_back({"oauth.secret_expires", "there is no secret that could end"});
    }
    return gaps;
}

void tokens_can_be_got(Judgement& judgement) {
    for (std::size_t i = 0; i < judgement.settings.routes.size(); ++i) {
        const auto& route = judgement.settings.routes[i];
        if (!route.smart_host || !route.smart_host->oauth) continue;
        const auto path = item("route", i) + ".auth.";
        for (const auto& gap : token_gaps(*route.smart_host)) {
            if (judgement.places.is_spoiled(path + gap.key)) continue;
            const bool written = judgement.places.written.contains(path + gap.key);
            judgement.add("E0328", gap.what, written ? path + gap.key : item("route", i),
                          written ? "leave it out, or change what it contradicts"
                                  : "write auth." + std::string{gap.key});
        }
    }
}

// A mechanism takes a password or a token.
void mechanisms_fit(Judgement& judgement) {
    for (std::size_t i = 0; i < judgement.settings.routes.size(); ++i) {
        const auto& host = judgement.settings.routes[i].smart_host;
        if (!host || host->mechanisms.empty() || !host->signs_in()) continue;
        const bool any = std::ranges::any_of(sasl::client_mechanisms(), [&](const auto& one) {
            return one.token == host->oauth.has_value() &&
                   std::ranges::count(host->mechanisms, one.name) != 0;
        });
        if (any) continue;
        judgement.add(
            "E0328",
            "none of these mechanisms takes " + std::string{host->oauth ? "an " : "a "} +
                proof_of(*host),
            item("route", i) + ".auth.mechanisms",
            host->oauth ? "write OAUTHBEARER or XOAUTH2, or leave it out" : "leave it out for all");
    }
}

// LMTP has no TLS here: it is for a socket, or a network of one's own (RFC 2033 §5).
void lmtp_stays_near(Judgement& judgement) {
    for (std::size_t i = 0; i < judgement.settings.routes.size(); ++i) {
        for (const auto& text : judgement.settings.routes[i].lmtp) {
            const auto address = parse_host_and_port(text, kLmtpPort);
            const auto ip = address ? parse_ip(address->ip) : std::nullopt;
            if (text.starts_with('/') || (ip && !is_public(*ip))) continue;
            judgement.add("W0339", "mail goes to `" + text + "` in the clear",
                          item("route", i) + ".lmtp",
                          "LMTP is for a Unix socket or a private address; else write `host`");
        }
    }
}

// What only a connection over the network has.
void outbound_goes_out(Judgement& judgement) {
    for (std::size_t i = 0; i < judgement.settings.routes.size(); ++i) {
        const auto& route = judgement.settings.routes[i];
        const auto& outbound = route.outbound;
        const auto path = item("route", i);
        if (outbound.certificate.empty() != outbound.key.empty()) {
            judgement.add("E0327", "a client certificate needs its key, and the key a certificate",
                          path + (outbound.key.empty() ? ".client_certificate" : ".client_key"));
        }
        const bool any = !outbound.source.empty() || !outbound.ehlo.empty() ||
                         !outbound.certificate.empty() || !outbound.key.empty();
        if (!any || (route.maildir.empty() && !route.discard)) continue;
        judgement.add("E0305", "a route that stays on this machine connects to nobody", path,
                      "leave out source, ehlo, client_certificate and client_key");
    }
}

// Each message of the rate is remembered for its window.
void paces_are_bounded(Judgement& judgement) {
    constexpr std::uint64_t kMost = 100'000;
    for (std::size_t i = 0; i < judgement.settings.routes.size(); ++i) {
        if (judgement.settings.routes[i].pace.messages.count <= kMost) continue;
        judgement.add("E0202", "`messages` is too large", item("route", i) + ".messages",
                      "at most 100000 in a window; leave it out for no limit");
    }
}

void every_route_is_reached(Judgement& judgement) {
    std::map<std::string, std::string> taken;
    for (std::size_t i = 0; i < judgement.settings.routes.size(); ++i) {
        const auto path = item("route", i) + ".match";
        const auto& route = judgement.settings.routes[i];
        const auto& match = route.match;
        const auto all = taken.find("*");
        const bool hidden = !match.empty() && std::ranges::all_of(match, [&](const auto& domain) {
            return all != taken.end() || taken.contains(domain);
        });
        if (hidden) {
            const auto& by = all != taken.end() ? all->second : taken.find(match.front())->second;
            judgement.add("W0314", "no mail ever comes to this route", path)
                .notes.push_back("an earlier route takes it: " + where(judgement.places.of(by)));
        }
        if (!for_everybody(route)) continue;
        for (const auto& domain : match) taken.try_emplace(domain, path);
    }
}

void some_route_for_all(Judgement& judgement) {
    const auto& routes = judgement.settings.routes;
    const bool all = std::ranges::any_of(routes, [](const RouteSettings& route) {
        return for_everybody(route) && std::ranges::count(route.match, "*") != 0;
    });
    for (std::size_t i = 0; i < routes.size(); ++i) {
        if (judgement.places.is_spoiled(item("route", i) + ".match")) return;
    }
    if (all) return;
    judgement.add("W0317", "mail to most domains has nowhere to go", "",
                  "add a last [[route]] with match = \"*\"");
}

constexpr std::array kRules{one_target_each,        exchangers_inside, no_password_in_the_clear,
                            user_and_password,      tokens_can_be_got, mechanisms_fit,
                            lmtp_stays_near,        outbound_goes_out, paces_are_bounded,
                            every_route_is_reached, some_route_for_all};

}  // namespace

void judge_routes(Judgement& judgement) {
    for (const auto rule : kRules) rule(judgement);
}

}  // namespace signet::settings
