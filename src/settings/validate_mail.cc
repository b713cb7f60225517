// Rules about trusted networks, domains and who can send through a listener.
#include "settings/judgement.h"

#include "base/text.h"
#include "mail/domain_pattern.h"

#include <algorithm>
#include <cstdint>
#include <iterator>

namespace signet::settings {
namespace {

constexpr unsigned kWidestV4 = 8, kWidestV6 = 32;           // prefixes: what one owner can have
constexpr std::uint64_t kMostV4 = std::uint64_t{16} << 24;  // addresses, all networks together

// RFC 4193, RFC 4291 §2.5.6: addresses that nobody else can have.
bool is_private_v6(const IpNetwork& network) {
    static const auto unique_local = *parse_network("fc00::/7");
    static const auto link_local = *parse_network("fe80::/10");
    return (unique_local.contains(network.base) && network.prefix >= unique_local.prefix) ||
           (link_local.contains(network.base) && network.prefix >= link_local.prefix);
}

bool too_wide(const IpNetwork& network) {
    if (!network.base.v6) return network.prefix < kWidestV4;
    return network.prefix < kWidestV6 && !is_private_v6(network);
}

bool overlap(const IpNetwork& a, const IpNetwork& b) {
    return a.prefix <= b.prefix ? a.contains(b.base) : b.contains(a.base);
}

// Networks of one family either nest or do not meet.
std::uint64_t v4_addresses(const std::vector<NetworkSettings>& networks) {
    std::vector<IpNetwork> all;
    for (const auto& network : networks) {
        std::ranges::copy_if(network.from, std::back_inserter(all),
                             [](const IpNetwork& from) { return !from.base.v6; });
    }
    std::ranges::sort(all);  // by address, the wider one first
    std::uint64_t addresses = 0;
    const IpNetwork* wider = nullptr;
    for (const auto& network : all) {
        if (wider && wider->contains(network.base)) continue;
        wider = &network;
        addresses += std::uint64_t{1} << (32 - network.prefix);
    }
    return addresses;
}

// "0.0.0.0/0" and its likes would make this server an open relay.
void networks_have_bounds(Judgement& judgement) {
    const auto& networks = judgement.settings.networks;
    bool wide = false;
    for (std::size_t i = 0; i < networks.size(); ++i) {
        for (const auto& from : networks[i].from) {
            if (!too_wide(from)) continue;
            wide = true;
            judgement.add("E0313", from.text() + " is far more than a network of yours",
                          item("network", i) + ".from",
                          from.base.v6 ? "at most a /32" : "at most a /8");
        }
    }
    if (wide || v4_addresses(networks) <= kMostV4) return;
    judgement.add("E0313", "the trusted networks together are a large part of the internet",
                  item("network", networks.size() - 1) + ".from",
                  "all of them may have as many addresses as sixteen /8");
}

const ListenerSettings* find_listener(const Snapshot& settings, const std::string& name) {
    const auto found = std::ranges::find(settings.listeners, name, &ListenerSettings::name);
    return found == settings.listeners.end() ? nullptr : &*found;
}

bool counts_on(const NetworkSettings& network, const ListenerSettings& listener) {
    if (network.listeners.empty()) return listener.role == "mx";
    return std::ranges::count(network.listeners, listener.name) > 0;
}

void networks_count_somewhere(Judgement& judgement) {
    const auto& settings = judgement.settings;
    for (std::size_t i = 0; i < settings.networks.size(); ++i) {
        const auto& network = settings.networks[i];
        const auto path = item("network", i);
        bool all_known = true;
        for (const auto& name : network.listeners) {
            if (find_listener(settings, name)) continue;
            all_known = false;
            judgement.add("E0314", "there is no listener named `" + name + "`", path + ".listeners",
                          "write the name of a [[listener]]");
        }
        const bool counts = std::ranges::any_of(
            settings.listeners, [&](const auto& one) { return counts_on(network, one); });
        if (counts || !all_known || judgement.places.is_spoiled(path + ".listeners")) continue;
        judgement.add("W0321", "the network `" + network.name + "` is trusted nowhere", path,
                      "there is no listener of role `mx`, and `listeners` names none");
    }
}

bool share_a_listener(const Snapshot& settings, const NetworkSettings& a,
                      const NetworkSettings& b) {
    return std::ranges::any_of(settings.listeners, [&](const auto& listener) {
        return counts_on(a, listener) && counts_on(b, listener);
    });
}

void one_network_for_an_address(Judgement& judgement) {
    const auto& settings = judgement.settings;
    for (std::size_t i = 0; i < settings.networks.size(); ++i) {
        for (std::size_t j = 0; j < i; ++j) {
            const auto& late = settings.networks[i];
            const auto& early = settings.networks[j];
            if (!share_a_listener(settings, early, late)) continue;
            for (const auto& from : late.from) {
                const auto other = std::ranges::find_if(
                    early.from, [&](const auto& one) { return overlap(one, from); });
                if (other == early.from.end()) continue;
                judgement
                    .add("E0315", from.text() + " is trusted as `" + early.name + "` already",
                         item("network", i) + ".from", "each address belongs to one network")
                    .notes.push_back(other->text() + " stands at " +
                                     where(judgement.places.of(item("network", j) + ".from")));
                break;
            }
        }
    }
}

void domains_once(Judgement& judgement) {
    const auto& domains = judgement.settings.domains;
    for (std::size_t i = 0; i < domains.size(); ++i) {
        const auto path = item("domain", i) + ".name";
        const auto first = std::ranges::find_if(
            domains, [&](const auto& one) { return equal_nocase(one.name, domains[i].name); });
        const auto index = static_cast<std::size_t>(first - domains.begin());
        if (index == i || domains[i].name.empty()) continue;
        judgement
            .add("E0316", "the domain `" + domains[i].name + "` is there twice", path,
                 "put its recipients together")
            .notes.push_back("first at " +
                             where(judgement.places.of(item("domain", index) + ".name")));
    }
}

// Mail that is taken must go somewhere, and to its recipient.
void domains_have_a_route(Judgement& judgement) {
    const auto& settings = judgement.settings;
    for (std::size_t i = 0; i < settings.routes.size(); ++i) {
        if (judgement.places.is_spoiled(item("route", i) + ".match")) return;
    }
    for (std::size_t i = 0; i < settings.domains.size(); ++i) {
        const auto& name = settings.domains[i].name;
        const auto path = item("domain", i) + ".name";
        const auto route = std::ranges::find_if(settings.routes, [&](const RouteSettings& one) {
            return for_everybody(one) && std::ranges::any_of(one.match, [&](const auto& pattern) {
                       return mail::domain_fits(pattern, name);
                   });
        });
        if (name.empty()) continue;
        if (route == settings.routes.end()) {
            judgement.add("W0323", "no route takes the mail for `" + name + "`", path,
                          "add a [[route]] whose `match` has it");
        } else if (route->maildir.contains("{account}")) {
            judgement.add("W0324", "mail for `" + name + "` is filed by who sent it", path)
                .notes.push_back("the route `" + route->name +
                                 "` has {account} in its path; "
                                 "the recipient is {domain} and {local}");
        }
    }
}

void listeners_are_of_use(Judgement& judgement) {
    const auto& settings = judgement.settings;
    for (std::size_t i = 0; i < settings.listeners.size(); ++i) {
        const auto& listener = settings.listeners[i];
        const bool mx = listener.role == "mx";
        const bool trusted = std::ranges::any_of(
            settings.networks, [&](const auto& network) { return counts_on(network, listener); });
        if (listener.role.empty() || listener.auth || trusted) continue;
        if (mx && !settings.domains.empty()) continue;
        judgement.add("W0322", "nobody can send through the listener `" + listener.name + "`",
                      item("listener", i),
                      mx ? "it has no [[domain]], no [[network]] and no sign-in"
                         : "it has no sign-in, and no [[network]] names it");
    }
}

}  // namespace

void judge_mail(Judgement& judgement) {
    networks_have_bounds(judgement);
    networks_count_somewhere(judgement);
    one_network_for_an_address(judgement);
    domains_once(judgement);
    domains_have_a_route(judgement);
    listeners_are_of_use(judgement);
}

}  // namespace signet::settings
