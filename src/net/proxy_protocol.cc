#include "net/proxy_protocol.h"

#include "base/crc32c.h"
#include "base/invariant.h"
#include "base/ip.h"
#include "base/text.h"

#include <algorithm>
#include <utility>

namespace signet::net {
namespace {

using namespace std::string_view_literals;

constexpr auto kBinary = "\r\n\r\n\0\r\nQUIT\n"sv;  // version 2 begins so
constexpr auto kLine = "PROXY "sv;                  // version 1
constexpr std::size_t kBinaryHead = 16;             // signature, command, family, length

Result<ProxyHeader, ProxyFault> malformed() { return fail(ProxyFault::malformed); }

// ---- version 1: "PROXY TCP4 192.0.2.7 192.0.2.1 49152 587\r\n" ----

std::optional<std::uint16_t> parse_port(std::string_view digits) {
    const auto number = parse_unsigned(digits);
    if (!number || *number > 65'535 || (digits.size() > 1 && digits[0] == '0')) return {};
    return static_cast<std::uint16_t>(*number);
}

std::optional<Endpoint> parse_end(std::string_view ip, std::string_view port, bool v6) {
    const auto address = parse_ip(ip);
    const auto number = parse_port(port);
    if (!address || address->v6 != v6 || !number) return {};
    return Endpoint{unmapped(*address).text(), *number};
}

// line: without CRLF.
Result<ProxyHeader, ProxyFault> parse_line(std::string_view line) {
    const auto words = split(line, ' ');
    // Behind UNKNOWN "the receiver must ignore anything up to the CRLF".
    if (words.size() >= 2 && words[1] == "UNKNOWN") return ProxyHeader{};
    if (words.size() != 6 || (words[1] != "TCP4" && words[1] != "TCP6")) return malformed();
    const bool v6 = words[1] == "TCP6";
    auto client = parse_end(words[2], words[4], v6);
    auto server = parse_end(words[3], words[5], v6);
    if (!client || !server) return malformed();
    return ProxyHeader{ProxyEnds{std::move(*client), std::move(*server)}};
}

// ---- version 2 ----

std::uint8_t octet(std::string_view text, std::size_t at) {
    return static_cast<std::uint8_t>(text[at]);
}
std::uint16_t number16(std::string_view text, std::size_t at) {
    return static_cast<std::uint16_t>(octet(text, at) << 8 | octet(text, at + 1));
}
std::uint32_t number32(std::string_view text, std::size_t at) {
    return std::uint32_t{number16(text, at)} << 16 | number16(text, at + 2);
}

std::string address_text(std::string_view octets) {
    IpAddress address;
    address.v6 = octets.size() == 16;
    std::ranges::transform(octets, address.octets.begin(),
                           [](char c) { return static_cast<std::uint8_t>(c); });
    return unmapped(address).text();
}

// Two addresses of that many octets, then two ports.
ProxyEnds parse_ends(std::string_view block, std::size_t octets) {
    return {{address_text(block.substr(0, octets)), number16(block, 2 * octets)},
            {address_text(block.substr(octets, octets)), number16(block, 2 * octets + 2)}};
}

// What is attached: type, length of 16 bits, value.  Only the checksum is looked at (type 3): the
// CRC-32C of the whole header, its own four octets being zero.
std::optional<ProxyFault> judge_attached(std::string_view header, std::size_t from) {
    constexpr std::uint8_t kChecksum = 3;
    for (std::size_t at = from; at < header.size();) {
        if (header.size() - at < 3) return ProxyFault::malformed;
        const std::size_t size = number16(header, at + 1);
        const auto value = at + 3;
        if (header.size() - value < size) return ProxyFault::malformed;
        if (octet(header, at) == kChecksum) {
            if (size != 4) return ProxyFault::malformed;
            std::string zeroed{header};
            zeroed.replace(value, 4, 4, '\0');
            if (crc32c(zeroed) != number32(header, value)) return ProxyFault::checksum;
        }
        at = value + size;
    }
    return {};
}

// header: whole.
Result<ProxyHeader, ProxyFault> parse_binary(std::string_view header) {
    constexpr std::uint8_t kLocal = 0x20, kProxy = 0x21;
    constexpr std::uint8_t kTcp4 = 0x11, kTcp6 = 0x21;
    const auto command = octet(header, 12), family = octet(header, 13);
    const auto block = header.substr(kBinaryHead);
    if (command != kLocal && command != kProxy) return malformed();
    // "The receiver must accept this connection as valid and must use the real connection
    // endpoints", for LOCAL as for families it does not know.
    if (command == kLocal || (family != kTcp4 && family != kTcp6)) return ProxyHeader{};
    const std::size_t octets = family == kTcp4 ? 4 : 16;
    const auto addresses = 2 * octets + 4;
    if (block.size() < addresses) return malformed();
    if (const auto fault = judge_attached(header, kBinaryHead + addresses)) return fail(*fault);
    return ProxyHeader{parse_ends(block, octets)};
}

}  // namespace

std::string_view name(ProxyFault fault) {
    switch (fault) {
    case ProxyFault::no_header: return "no_header";
    case ProxyFault::malformed: return "malformed";
    case ProxyFault::too_long: return "too_long";
    case ProxyFault::checksum: return "checksum";
    }
    std::unreachable();
}

void ProxyReader::conclude(Result<ProxyHeader, ProxyFault> outcome) {
    wanted_ = 0;
    outcome_ = std::move(outcome);
}

void ProxyReader::received(std::string_view octets) {
    INVARIANT(octets.size() <= wanted_, "nobody reads behind the header");
    buffer_ += octets;
    wanted_ -= octets.size();
    look();
}

void ProxyReader::look() {
    const std::string_view so_far{buffer_};
    if (so_far.starts_with(kLine.substr(0, so_far.size()))) return look_at_line();
    if (so_far.starts_with(kBinary.substr(0, so_far.size()))) return look_at_binary();
    conclude(fail(ProxyFault::no_header));
}

// "The receiver may read up to 107 octets and look for the CRLF": here one octet at a time once
// less than the shortest line may be left, so that none behind the CRLF is taken.
void ProxyReader::look_at_line() {
    const auto end = buffer_.find('\n');
    if (end != std::string::npos) {
        const bool whole = end + 1 == buffer_.size() && end > 0 && buffer_[end - 1] == '\r';
        if (!whole) return conclude(malformed());
        return conclude(parse_line(std::string_view{buffer_}.substr(0, end - 1)));
    }
    if (buffer_.size() >= kMaxProxyLine) return conclude(fail(ProxyFault::too_long));
    if (wanted_ == 0) wanted_ = 1;
}

void ProxyReader::look_at_binary() {
    if (wanted_ > 0) return;
    if (buffer_.size() < kBinaryHead) {
        wanted_ = kBinaryHead - buffer_.size();
        return;
    }
    const std::size_t whole = kBinaryHead + number16(buffer_, 14);
    if (whole > kMaxProxyHeader) return conclude(fail(ProxyFault::too_long));
    wanted_ = whole - buffer_.size();
    if (wanted_ == 0) conclude(parse_binary(buffer_));
}

}  // namespace signet::net
