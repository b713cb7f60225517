#include "identity/credential.h"

#include "base/text.h"

#include <algorithm>
#include <utility>

namespace signet::identity {
namespace {

constexpr std::size_t kLongestId = 26;

bool is_of_kind(std::string_view verifier, sasl::ProofKind kind) {
    return verifier.substr(0, verifier.find('$')) == sasl::name(kind);
}

}  // namespace

std::string_view name(CredentialKind kind) {
    switch (kind) {
    case CredentialKind::password: return "password";
    case CredentialKind::app_password: return "app-password";
    case CredentialKind::certificate: return "certificate";
    case CredentialKind::token: return "token";
    }
    std::unreachable();
}

std::optional<CredentialKind> parse_credential_kind(std::string_view text) {
    for (const auto kind : {CredentialKind::password, CredentialKind::app_password,
                            CredentialKind::certificate, CredentialKind::token}) {
        if (text == name(kind)) return kind;
    }
    return {};
}

std::string_view name(CredentialState state) {
    switch (state) {
    case CredentialState::active: return "active";
    case CredentialState::revoked: return "revoked";
    }
    std::unreachable();
}

bool Credential::stands(WallTime now) const {
    if (state != CredentialState::active) return false;
    if (expires && *expires <= now) return false;
    const auto last = last_use ? std::max(last_use->time, created) : created;
    return !idle_limit || last + *idle_limit > now;
}

std::string_view Credential::verifier(sasl::ProofKind wanted) const {
    for (const auto& one : verifiers) {
        if (is_of_kind(one, wanted)) return one;
    }
    return {};
}

void Credential::set_verifier(sasl::ProofKind of, std::string text) {
    std::erase_if(verifiers, [&](const auto& one) { return is_of_kind(one, of); });
    if (!text.empty()) verifiers.push_back(std::move(text));
}

bool is_credential_id(std::string_view text) {
    return !text.empty() && text.size() <= kLongestId && std::ranges::all_of(text, [](char c) {
        return (c >= 'a' && c <= 'z') || is_digit(c) || c == '-';
    });
}

}  // namespace signet::identity
