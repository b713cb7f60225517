// The table.  A new mechanism adds its begin function here and its line below.
#include "sasl/mechanism.h"

#include "base/text.h"

namespace signet::sasl {

std::unique_ptr<Exchange> begin_plain();
std::unique_ptr<Exchange> begin_login();

namespace {

// Strongest first.  PLAIN before LOGIN: one turn fewer, and it is a standard.
constexpr Mechanism kMechanisms[] = {
    {"PLAIN", /*exposes_password=*/true, begin_plain},
    {"LOGIN", /*exposes_password=*/true, begin_login},
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
