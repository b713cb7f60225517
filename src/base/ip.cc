#include "base/ip.h"

#include "base/text.h"

#include <algorithm>
#include <span>
#include <vector>

namespace signet {
namespace {

using Groups = std::array<std::uint16_t, 8>;

std::optional<std::array<std::uint8_t, 4>> parse_ipv4(std::string_view text) {
    const auto parts = split(text, '.');
    if (parts.size() != 4) return {};
    std::array<std::uint8_t, 4> octets{};
    for (std::size_t i = 0; i < 4; ++i) {
        const auto number = parse_unsigned(parts[i]);
        if (!number || *number > 255 || (parts[i].size() > 1 && parts[i][0] == '0')) return {};
        octets[i] = static_cast<std::uint8_t>(*number);
    }
    return octets;
}

std::optional<std::uint16_t> parse_group(std::string_view text) {
    if (text.empty() || text.size() > 4) return {};
    const auto octets = unhex(std::string(4 - text.size(), '0') + std::string{text});
    if (!octets) return {};
    const auto octet = [&](std::size_t i) { return static_cast<unsigned char>((*octets)[i]); };
    return static_cast<std::uint16_t>(octet(0) << 8 | octet(1));
}

// One side of "::": groups, perhaps with an IPv4 tail (RFC 4291 §2.2).
std::optional<std::vector<std::uint16_t>> parse_groups(std::string_view text, bool tail) {
    std::vector<std::uint16_t> groups;
    if (text.empty()) return groups;
    const auto parts = split(text, ':');
    for (std::size_t i = 0; i < parts.size(); ++i) {
        if (tail && i + 1 == parts.size() && parts[i].contains('.')) {
            const auto v4 = parse_ipv4(parts[i]);
            if (!v4) return {};
            groups.push_back(static_cast<std::uint16_t>((*v4)[0] << 8 | (*v4)[1]));
            groups.push_back(static_cast<std::uint16_t>((*v4)[2] << 8 | (*v4)[3]));
            continue;
        }
        const auto group = parse_group(parts[i]);
        if (!group) return {};
        groups.push_back(*group);
    }
    return groups;
}

std::optional<Groups> parse_ipv6(std::string_view text) {
    Groups all{};
    const auto gap = text.find("::");
    if (gap == std::string_view::npos) {
        const auto groups = parse_groups(text, true);
        if (!groups || groups->size() != 8) return {};
        std::ranges::copy(*groups, all.begin());
        return all;
    }
    const auto left = parse_groups(text.substr(0, gap), false);
    const auto right = parse_groups(text.substr(gap + 2), true);
    if (!left || !right || left->size() + right->size() > 7) return {};
    std::ranges::copy(*left, all.begin());
    std::ranges::copy_backward(*right, all.end());
    return all;
}

std::string group_text(std::uint16_t group) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string text;
    for (int shift = 12; shift >= 0; shift -= 4) {
        const auto digit = group >> shift & 15;
        if (digit != 0 || !text.empty() || shift == 0) {
            text += kDigits[static_cast<unsigned>(digit)];
        }
    }
    return text;
}

// RFC 5952 §4.2: the longest run of at least two zero groups, the first of equals, becomes "::".
std::string ipv6_text(const Groups& groups) {
    std::size_t from = 8, length = 1;
    for (std::size_t i = 0; i < 8;) {
        std::size_t end = i;
        while (end < 8 && groups[end] == 0) ++end;
        if (end - i > length) from = i, length = end - i;
        i = std::max(end, i + 1);
    }
    std::string text;
    for (std::size_t i = 0; i < 8; ++i) {
        if (i == from) {
            text += "::";
            i += length - 1;
            continue;
        }
        if (!text.empty() && !text.ends_with(':')) text += ':';
        text += group_text(groups[i]);
    }
    return text;
}

constexpr std::array<std::uint8_t, 12> kMapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};

bool is_mapped(const IpAddress& address) {
    return address.v6 && std::ranges::equal(kMapped, std::span{address.octets}.first<12>());
}

IpAddress masked(IpAddress address, unsigned prefix) {
    for (unsigned bit = prefix; bit < address.bits(); ++bit) {
        address.octets[bit / 8] &= static_cast<std::uint8_t>(~(0x80u >> (bit % 8)));
    }
    return address;
}

IpAddress v4_at(const IpAddress& address, std::size_t offset) {
    IpAddress v4;
    std::copy_n(address.octets.begin() + static_cast<std::ptrdiff_t>(offset), 4, v4.octets.begin());
    return v4;
}

bool is_public_v4(const IpAddress& address) {
    static const std::array kElsewhere{
        *parse_network("0.0.0.0/8"),      *parse_network("10.0.0.0/8"),
        *parse_network("100.64.0.0/10"),  // RFC 6598: shared, behind a provider's NAT
        *parse_network("127.0.0.0/8"),    *parse_network("169.254.0.0/16"),
        *parse_network("172.16.0.0/12"),  *parse_network("192.0.0.0/24"),
        *parse_network("192.168.0.0/16"),
        *parse_network("198.18.0.0/15"),  // RFC 2544: of test benches
        *parse_network("224.0.0.0/3"),    // multicast, reserved, broadcast
    };
    return std::ranges::none_of(kElsewhere, [&](const auto& net) { return net.contains(address); });
}

}  // namespace

std::string IpAddress::text() const {
    if (!v6) {
        std::string text;
        for (std::size_t i = 0; i < 4; ++i) {
            text += (i == 0 ? "" : ".") + std::to_string(octets[i]);
        }
        return text;
    }
    const auto quad = [this] {
        IpAddress v4;
        std::copy_n(octets.begin() + 12, 4, v4.octets.begin());
        return v4.text();
    };
    if (is_mapped(*this)) return "::ffff:" + quad();  // RFC 5952 §5
    Groups groups{};
    for (std::size_t i = 0; i < 8; ++i) {
        groups[i] = static_cast<std::uint16_t>(octets[2 * i] << 8 | octets[2 * i + 1]);
    }
    return ipv6_text(groups);
}

std::optional<IpAddress> parse_ip(std::string_view text) {
    IpAddress address;
    if (!text.contains(':')) {
        const auto octets = parse_ipv4(text);
        if (!octets) return {};
        std::ranges::copy(*octets, address.octets.begin());
        return address;
    }
    const auto groups = parse_ipv6(text);
    if (!groups) return {};
    address.v6 = true;
    for (std::size_t i = 0; i < 8; ++i) {
        address.octets[2 * i] = static_cast<std::uint8_t>((*groups)[i] >> 8);
        address.octets[2 * i + 1] = static_cast<std::uint8_t>((*groups)[i] & 0xFF);
    }
    return address;
}

IpAddress unmapped(const IpAddress& address) {
    if (!is_mapped(address)) return address;
    return v4_at(address, 12);
}

bool is_public(const IpAddress& address) {
    const auto plain = unmapped(address);
    if (!plain.v6) return is_public_v4(plain);
    static const auto translated = *parse_network("64:ff9b::/96");
    static const auto six_to_four = *parse_network("2002::/16");
    if (translated.contains(plain)) return is_public_v4(v4_at(plain, 12));
    if (six_to_four.contains(plain)) return is_public_v4(v4_at(plain, 2));
    static const auto global = *parse_network("2000::/3");  // RFC 4291 §2.4: what is given out
    return global.contains(plain);
}

bool IpNetwork::contains(const IpAddress& address) const {
    const auto plain = unmapped(address);
    return plain.v6 == base.v6 && masked(plain, prefix) == base;
}

std::string IpNetwork::text() const { return base.text() + "/" + std::to_string(prefix); }

std::optional<IpNetwork> parse_network(std::string_view text) {
    const auto slash = text.find('/');
    const auto address = parse_ip(text.substr(0, slash));
    if (!address) return {};
    IpNetwork network{*address, address->bits()};
    if (slash != std::string_view::npos) {
        const auto digits = text.substr(slash + 1);
        const auto prefix = parse_unsigned(digits);
        if (!prefix || *prefix > address->bits() || (digits.size() > 1 && digits[0] == '0')) {
            return {};
        }
        network.prefix = static_cast<unsigned>(*prefix);
    }
    if (masked(network.base, network.prefix) != network.base) return {};
    return network;
}

IpNetwork network_of(const IpAddress& address, unsigned prefix) {
    return {masked(address, prefix), prefix};
}

std::string client_network(std::string_view address) {
    constexpr unsigned kHost = 64;
    const auto parsed = parse_ip(address);
    if (!parsed) return std::string{address};
    const auto plain = unmapped(*parsed);
    return plain.v6 ? network_of(plain, kHost).text() : plain.text();
}

}  // namespace signet
