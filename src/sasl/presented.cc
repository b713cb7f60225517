#include "sasl/presented.h"

#include "sasl/mechanism.h"

#include <utility>

namespace signet::sasl {

// The mechanism itself reads it: what it would ask the keeper names the user.
std::string presented_user(std::string_view mechanism, const Secret& initial) {
    const auto* known = find_mechanism(mechanism);
    if (known == nullptr || known->needs == Needs::verifier) return {};
    const auto step = known->begin()->resume(ClientMessage{Secret::copy_of(initial.reveal())});
    if (const auto* shown = std::get_if<CheckToken>(&step)) return shown->name;
    if (const auto* external = std::get_if<CheckExternal>(&step)) return external->authzid;
    const auto* asked = std::get_if<CheckPassword>(&step);
    return asked != nullptr ? asked->identity.authcid : std::string{};
}

std::string_view shown_by(std::string_view mechanism) {
    const auto* known = find_mechanism(mechanism);
    if (known == nullptr) return {};
    switch (known->needs) {
    case Needs::password_check: return "password";
    case Needs::verifier: return scram_hash(known->proof) ? "scram" : "cram_md5";
    case Needs::token: return "token";
    case Needs::certificate: return "certificate";
    }
    std::unreachable();
}

}  // namespace signet::sasl
