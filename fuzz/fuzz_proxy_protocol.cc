// A proxy that is trusted may still send anything.  The reader never takes an octet behind the
// header, needs no more memory than its limit, and says the same however the octets are cut.
#include "check.h"
#include "net/proxy_protocol.h"

#include <algorithm>
#include <cstdint>

namespace {

using signet::net::ProxyReader;

std::string outcome_of(std::string_view octets, std::size_t at_most) {
    ProxyReader reader;
    std::size_t taken = 0;
    while (reader.wanted() > 0 && taken < octets.size()) {
        const auto part = octets.substr(taken, std::min(reader.wanted(), at_most));
        reader.received(part);
        taken += part.size();
        CHECK(taken <= signet::net::kMaxProxyHeader);
    }
    const auto& outcome = reader.outcome();
    if (!outcome) return "more";
    if (!*outcome) return std::string{name(outcome->error())};
    const auto& ends = (*outcome)->ends;
    return (ends ? ends->client.text() + " " + ends->server.text() : "its own") + " " +
           std::to_string(taken);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view input{reinterpret_cast<const char*>(data), size};
    const auto whole = outcome_of(input, input.size());
    CHECK(outcome_of(input, 1) == whole);
    CHECK(outcome_of(input, 7) == whole);
    return 0;
}
