// The table.  A new mechanism adds its begin function here and its line below.
#include "sasl/mechanism.h"

#include "base/text.h"

#include <algorithm>
#include <array>

namespace signet::sasl {

std::unique_ptr<Exchange> begin_plain(Setting setting);
std::unique_ptr<Exchange> begin_login(Setting setting);
std::unique_ptr<Exchange> begin_scram(ProofKind kind, bool binds, Setting setting);
std::unique_ptr<Exchange> begin_cram_md5(Setting setting);
std::unique_ptr<Exchange> begin_external(Setting setting);
std::unique_ptr<Exchange> begin_oauthbearer(Setting setting);
std::unique_ptr<Exchange> begin_xoauth2(Setting setting);

namespace {

template <ProofKind kind, bool binds>
constexpr Mechanism scram(std::string_view name) {
    return {name, Needs::verifier, binds, kind,
            [](Setting setting) { return begin_scram(kind, binds, std::move(setting)); }};
}

// Strongest first: what the connection itself has shown, what is tied to it, what shows no
// password, what the server proves itself in, what a standard has.  A token stands before a
// password: it ends by itself.
constexpr Mechanism kMechanisms[] = {
    {"EXTERNAL", Needs::certificate, /*binds=*/false, {}, begin_external},
    scram<ProofKind::scram_sha512, true>("SCRAM-SHA-512-PLUS"),
    scram<ProofKind::scram_sha256, true>("SCRAM-SHA-256-PLUS"),
    scram<ProofKind::scram_sha1, true>("SCRAM-SHA-1-PLUS"),
    scram<ProofKind::scram_sha512, false>("SCRAM-SHA-512"),
    scram<ProofKind::scram_sha256, false>("SCRAM-SHA-256"),
    scram<ProofKind::scram_sha1, false>("SCRAM-SHA-1"),
    {"OAUTHBEARER", Needs::token, /*binds=*/false, {}, begin_oauthbearer},
    {"XOAUTH2", Needs::token, /*binds=*/false, {}, begin_xoauth2},
    {"CRAM-MD5", Needs::verifier, /*binds=*/false, ProofKind::cram_md5, begin_cram_md5},
    {"PLAIN", Needs::password_check, /*binds=*/false, {}, begin_plain},
    {"LOGIN", Needs::password_check, /*binds=*/false, {}, begin_login},
};

}  // namespace

std::span<const Mechanism> mechanisms() { return kMechanisms; }

std::span<const std::string_view> mechanism_names() {
    static constexpr auto kNames = [] {
        std::array<std::string_view, std::size(kMechanisms)> names;
        std::ranges::transform(kMechanisms, names.begin(), &Mechanism::name);
        return names;
    }();
    return kNames;
}

const Mechanism* find_mechanism(std::string_view name) {
    for (const auto& mechanism : kMechanisms) {
        if (equal_nocase(mechanism.name, name)) return &mechanism;
    }
    return nullptr;
}

}  // namespace signet::sasl
