// The table.  A new mechanism adds its begin function here and its line below.
#include "sasl/mechanism.h"

#include "base/text.h"

namespace signet::sasl {

std::unique_ptr<Exchange> begin_plain(Setting setting);
std::unique_ptr<Exchange> begin_login(Setting setting);
std::unique_ptr<Exchange> begin_scram(crypto::Hash hash, bool binds, Setting setting);

namespace {

template <crypto::Hash hash, bool binds>
std::unique_ptr<Exchange> scram(Setting setting) {
    return begin_scram(hash, binds, std::move(setting));
}

// Strongest first.  PLAIN before LOGIN: one turn fewer, and it is a standard.
constexpr Mechanism kMechanisms[] = {
    {"SCRAM-SHA-256-PLUS", Needs::verifier, /*binds=*/true, scram<crypto::Hash::sha256, true>},
    {"SCRAM-SHA-256", Needs::verifier, /*binds=*/false, scram<crypto::Hash::sha256, false>},
    {"PLAIN", Needs::password_check, /*binds=*/false, begin_plain},
    {"LOGIN", Needs::password_check, /*binds=*/false, begin_login},
};

}  // namespace

std::span<const Mechanism> mechanisms() { return kMechanisms; }

const Mechanism* find_mechanism(std::string_view name) {
    for (const auto& mechanism : kMechanisms) {
        if (equal_nocase(mechanism.name, name)) return &mechanism;
    }
    return nullptr;
}

}  // namespace signet::sasl
