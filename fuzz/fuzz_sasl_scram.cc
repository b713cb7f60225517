// SCRAM from any two messages: nothing is granted that the store did not grant, what it is asked is
// what was said, and a binding is never passed over.
//
// The first line of the input is the first message, the rest the last; "%" in the last stands for
// the server's nonce, so that a whole exchange can be found.
#include "check.h"
#include "sasl/mechanism.h"

#include <cstdint>

using namespace signet::sasl;
using signet::Secret;

namespace {

constexpr std::string_view kNonce = "server-nonce-of-24-octet";

void play(const Mechanism& mechanism, const std::string& first, const std::string& last) {
    Setting setting{.server_nonce = std::string{kNonce}, .binding_offered = true};
    setting.tls_exporter = Secret::copy_of("exporter");
    auto exchange = mechanism.begin(std::move(setting));
    const auto step = exchange->resume(ClientMessage{Secret::copy_of(first)});
    const auto* wanted = std::get_if<LookUpSalt>(&step);
    if (!wanted) {
        CHECK(std::holds_alternative<Denied>(step));
        return;
    }
    CHECK(!wanted->authcid.empty() && !first.starts_with("y"));
    CHECK(first.starts_with("p=tls-exporter,") == mechanism.binds);
    const auto challenge = exchange->resume(SaltFound{"salt", 4'096});
    const auto& said = std::get<Challenge>(challenge).octets;
    const auto check = exchange->resume(ClientMessage{Secret::copy_of(last)});
    const auto* asked = std::get_if<CheckProof>(&check);
    if (!asked) {
        CHECK(std::holds_alternative<Denied>(check));
        CHECK(std::holds_alternative<Denied>(exchange->resume(ProofChecked{true, "s"})));
        return;
    }
    CHECK(asked->identity.authcid == wanted->authcid && asked->kind == mechanism.proof);
    CHECK(asked->proof.size() == signet::crypto::digest(*scram_hash(asked->kind), "").size());
    CHECK(asked->auth_message.contains("," + said + ","));
    CHECK(first.ends_with(asked->auth_message.substr(0, asked->auth_message.find("," + said))));
    CHECK(std::holds_alternative<Granted>(exchange->resume(ProofChecked{true, "s"})));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string input{reinterpret_cast<const char*>(data), size};
    const auto end = input.find('\n');
    const auto first = input.substr(0, end);
    auto last = end == std::string::npos ? std::string{} : input.substr(end + 1);
    if (const auto at = last.find('%'); at != std::string::npos) last.replace(at, 1, kNonce);
    for (const auto& mechanism : mechanisms()) {
        const bool scram = mechanism.needs == Needs::verifier && scram_hash(mechanism.proof);
        if (scram) play(mechanism, first, last);
    }
    return 0;
}
