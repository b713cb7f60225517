#include "app/shelter.h"

#include "app/files.h"

#include <charconv>
#include <cstdint>
#include <optional>
#include <string>

namespace signet::app {
namespace {

std::vector<std::string_view> words_of(std::string_view line) {
    std::vector<std::string_view> words;
    while (true) {
        const auto begin = line.find_first_not_of(" \t");
        if (begin == std::string_view::npos) return words;
        line.remove_prefix(begin);
        const auto end = std::min(line.find_first_of(" \t"), line.size());
        words.push_back(line.substr(0, end));
        line.remove_prefix(end);
    }
}

template <class Use>
void each_line(std::string_view text, Use use) {
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        use(words_of(text.substr(0, end)));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
}

std::optional<std::uint32_t> hex(std::string_view text) {
    std::uint32_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, 16);
    if (error != std::errc{} || end != text.data() + text.size()) return {};
    return value;
}

// Interface, destination, gateway, flags, …: addresses as the machine keeps a number, which on
// every machine that we build for has the first octet last.
std::optional<IpAddress> ipv4_gateway(const std::vector<std::string_view>& words) {
    if (words.size() < 8 || words[1] != "00000000" || words[7] != "00000000") return {};
    const auto gateway = hex(words[2]);
    if (!gateway || *gateway == 0) return {};
    IpAddress address;
    for (unsigned i = 0; i < 4; ++i) {
        address.octets[i] = static_cast<std::uint8_t>(*gateway >> 8 * i);
    }
    return address;
}

// Destination, its prefix, source, its prefix, next hop, …: octets in their order.
std::optional<IpAddress> ipv6_gateway(const std::vector<std::string_view>& words) {
    constexpr std::size_t kDigits = 32;
    if (words.size() < 5 || words[1] != "00" || words[4].size() != kDigits) return {};
    if (words[0].find_first_not_of('0') != std::string_view::npos) return {};
    if (words[4].find_first_not_of('0') == std::string_view::npos) return {};  // a link, no router
    IpAddress address{.v6 = true};
    for (std::size_t i = 0; i < address.octets.size(); ++i) {
        const auto octet = hex(words[4].substr(2 * i, 2));
        if (!octet) return {};
        address.octets[i] = static_cast<std::uint8_t>(*octet);
    }
    return address;
}

std::string text_of(const char* path) {
    const auto read = read_file(path);
    return read && *read ? **read : std::string{};
}

}  // namespace

std::vector<IpNetwork> gateways_in(std::string_view ipv4_routes, std::string_view ipv6_routes) {
    std::vector<IpNetwork> gateways;
    const auto add = [&](const std::optional<IpAddress>& address) {
        if (address) gateways.push_back(network_of(*address, address->bits()));
    };
    each_line(ipv4_routes, [&](const auto& words) { add(ipv4_gateway(words)); });
    each_line(ipv6_routes, [&](const auto& words) { add(ipv6_gateway(words)); });
    return gateways;
}

std::vector<IpNetwork> shelter_of(const settings::Snapshot& settings) {
    // Not by way of /proc/net, which a service with ProcSubset=pid does not see (systemd.exec(5)).
    auto shelter =
        gateways_in(text_of("/proc/self/net/route"), text_of("/proc/self/net/ipv6_route"));
    for (const auto* loopback : {"127.0.0.0/8", "::1"}) {
        shelter.push_back(*parse_network(loopback));
    }
    const auto add = [&](const std::vector<IpNetwork>& networks) {
        shelter.insert(shelter.end(), networks.begin(), networks.end());
    };
    for (const auto& listener : settings.listeners) add(listener.proxies);
    add(settings.guessing.never);
    return shelter;
}

}  // namespace signet::app
