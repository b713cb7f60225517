// What an account signs in with.  An account has many: a password, one that Signet made up for each
// device, a certificate, the subject of an issuer's tokens.
#pragma once

#include "base/clock.h"
#include "base/ip.h"
#include "identity/login.h"
#include "sasl/proof_kind.h"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace signet::identity {

enum class CredentialKind {
    password,      // chosen by somebody
    app_password,  // made by Signet, for one device or program (identity/app_passwords.h)
    certificate,   // of a TLS client
    token,         // of an issuer
};
std::string_view name(CredentialKind kind);  // "password", "app-password", "certificate", "token"
std::optional<CredentialKind> parse_credential_kind(std::string_view text);

enum class CredentialState {
    active,
    revoked,  // kept, so that it is known who still tries it
};
std::string_view name(CredentialState state);

// What a sign-in with it may do, within what the account may.  What is empty restricts nothing.
struct CredentialPolicy {
    std::vector<SendAs> senders = {};
    std::vector<std::string> recipient_domains = {};  // patterns, as Login has them
    std::vector<IpNetwork> networks = {};             // from where
    std::vector<std::string> mechanisms = {};         // SASL, upper case
    std::string min_tls = {};                         // "1.2", "1.3"
    AccountLimits limits = {};                        // beside those of the account

    bool operator==(const CredentialPolicy&) const = default;
};

struct LastUse {
    WallTime time{};
    std::string client;     // IP address
    std::string mechanism;  // SASL
    std::string tls;        // "TLSv1.3"
    bool operator==(const LastUse&) const = default;
};

struct Credential {
    // Shape: 1 … 26 of a-z 0-9 -; unique within the account.
    std::string id;
    CredentialKind kind = CredentialKind::password;
    std::string label = {};  // for people: "printer, 2nd floor"
    CredentialState state = CredentialState::active;
    // password: a hash (identity/password_format.h), or empty: proofs only;
    // app_password: a keyed digest; certificate: SHA-256 of it, in hexadecimal digits;
    // token: issuer, a space, and what it calls the account.
    std::string secret = {};
    // What proofs are checked with, one of a kind (identity/verifiers.h).
    std::vector<std::string> verifiers = {};
    CredentialPolicy policy = {};
    WallTime created{};
    std::optional<WallTime> expires = {};
    // It ends by itself when nobody has used it for so long.
    std::optional<std::chrono::days> idle_limit = {};
    std::optional<LastUse> last_use = {};  // with an accuracy of a minute

    bool knows_password() const {
        return kind == CredentialKind::password || kind == CredentialKind::app_password;
    }
    // Neither revoked nor over.
    bool stands(WallTime now) const;
    // Empty: there is none.
    std::string_view verifier(sasl::ProofKind kind) const;
    bool operator==(const Credential&) const = default;
    void set_verifier(sasl::ProofKind kind, std::string text);  // empty: removes it
};

// The one that an account has from the beginning.
inline constexpr std::string_view kMainPassword = "password";
bool is_credential_id(std::string_view text);

}  // namespace signet::identity
