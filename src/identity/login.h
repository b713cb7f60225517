// A proven identity, and what the account behind it may do.
#pragma once

#include "base/rate.h"
#include "crypto/client_certificate.h"
#include "mail/mailbox.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace signet::identity {

// An address, or every address of a domain.  Folded: lower case, local part too.
// Shape of text(): "ann@example.com" or "*@example.com"; parse_send_as() reads it back.
struct SendAs {
    std::string local_part;  // empty: any local part of the domain
    std::string domain;

    bool covers(const mail::Mailbox& mailbox) const;
    std::string text() const;
    auto operator<=>(const SendAs&) const = default;
};
std::optional<SendAs> parse_send_as(std::string_view text);

// What an account, or a trusted network, may do; what is not set follows the settings
// (settings::AccountLimitSettings).  0 is no limit but the one that holds for everybody
// (settings::LimitSettings); limits/allowance.h has what comes of all of them.
struct AccountLimits {
    std::optional<Rate> messages = {}, recipients = {};
    std::optional<unsigned> message_recipients = {};
    std::optional<std::uint64_t> message_size = {};  // octets
    bool operator==(const AccountLimits&) const = default;
};

// The method of a trusted network, whose members prove nothing but where they are.
inline constexpr std::string_view kNetworkMethod = "NETWORK";

// What a login rests on, and what is asked about again while its session lasts.
struct LoginBasis {
    // Of what the account and the credential may do, and of the password being the same one: what
    // changes it ends the session (CredentialStore::still_stands).
    std::string standing = {};
    std::string store = {};  // by name, which credential store knows the account; empty: none
    // Who signed in with a token that can be taken back: it, sealed by the keeper to be asked about
    // again (TokenAuthority::still_good).  Empty: nobody has to be asked.
    std::string token = {};
    // Who signed in with a certificate: it, to be judged again
    // (CertificateAuthority::still_good).  Null: with something else.
    std::shared_ptr<const crypto::ShownCertificate> certificate = {};
};

// Minted by a CredentialStore when a proof was right, or by submission/trusted_network.h where an
// address is enough; a value that lives as long as the session.
struct Login {
    std::string account;        // the account's name, as the database writes it
    std::string authcid;        // as the client presented it
    std::string method;         // SASL mechanism name, upper case
    std::string credential_id;  // which of the account's credentials; empty: its main password
    std::vector<SendAs> send_as;
    AccountLimits limits = {};
    // Domain patterns it may send to ("*.example.com"); empty: any.
    std::vector<std::string> recipient_domains = {};
    std::vector<std::string> groups = {};
    AccountLimits credential_limits = {};  // beside `limits`, counted for the credential alone
    LoginBasis basis = {};
    // Who proved itself, and acts as this account; null: the account itself did.
    std::shared_ptr<const Login> actor = {};

    bool may_send_as(const mail::Mailbox& mailbox) const;
    bool may_send_to(const mail::Mailbox& mailbox) const;  // nor may its actor not
    // Whose credential was shown.
    const Login& proven() const { return actor ? *actor : *this; }
    bool is_network() const { return method == kNetworkMethod; }
};

}  // namespace signet::identity
