// Durations, sizes and addresses: what is read can be written, and is then read as the same.
#include "check.h"
#include "settings/address.h"
#include "settings/units.h"

#include <cstdint>

using namespace signet::settings;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view input{reinterpret_cast<const char*>(data), size};
    if (const auto span = parse_duration(input)) {
        CHECK(span->count() >= 0);
        CHECK(parse_duration(duration_text(*span)) == span);
    }
    if (const auto octets = parse_size(input)) CHECK(parse_size(size_text(*octets)) == octets);
    if (const auto meant = likely_duration(input); !meant.empty()) CHECK(parse_duration(meant));
    if (const auto meant = likely_size(input); !meant.empty()) CHECK(parse_size(meant));
    if (const auto ip = canonical_ip(input)) CHECK(canonical_ip(*ip) == ip);
    if (const auto address = parse_address(input)) {
        const auto again = parse_address(address_text(*address));
        CHECK(again && again->ip == address->ip && again->port == address->port);
    }
    if (const auto host = parse_host_and_port(input, 587)) {
        const auto again = parse_host_and_port(address_text(*host), 25);
        CHECK(again && again->ip == host->ip && again->port == host->port);
    }
    if (const auto name = parse_host_name(input)) CHECK(parse_host_name(*name) == name);
    if (const auto domain = parse_domain_pattern(input))
        CHECK(parse_domain_pattern(*domain) == domain);
    return 0;
}
