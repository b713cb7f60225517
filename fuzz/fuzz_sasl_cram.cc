// CRAM-MD5 from any answer: what is asked of the keeper is what was said, over the challenge that
// was sent, and nothing is granted without it.
#include "check.h"
#include "sasl/mechanism.h"

#include <cstdint>

using namespace signet::sasl;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view answer{reinterpret_cast<const char*>(data), size};
    const auto exchange =
        find_mechanism("CRAM-MD5")->begin({.server_nonce = "nonce-of-16-octets", .host = "host"});
    const auto first = exchange->resume(ClientMessage{});
    const auto& challenge = std::get<Challenge>(first).octets;
    const auto step = exchange->resume(ClientMessage{signet::Secret::copy_of(answer)});
    const auto* asked = std::get_if<CheckProof>(&step);
    if (!asked) {
        CHECK(std::holds_alternative<Denied>(step));
        CHECK(std::holds_alternative<Denied>(exchange->resume(ProofChecked{true, {}})));
        return 0;
    }
    CHECK(asked->auth_message == challenge && asked->proof.size() == 16);
    CHECK(!asked->identity.authcid.empty() && answer.starts_with(asked->identity.authcid));
    CHECK(std::holds_alternative<Granted>(exchange->resume(ProofChecked{true, {}})));
    return 0;
}
