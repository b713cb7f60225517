// The certificate that a TLS client shows (RFC 5280): whom it names, and whether an authority that
// is trusted made it.  Opens no file.
//
// That the client has the key to it, the handshake has proven (RFC 8446 §4.4.3).  Everything else
// is judged here, when somebody relies on it.
#pragma once

#include "base/clock.h"
#include "base/result.h"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

struct x509_st;

namespace signet::crypto {

// As it came over the wire: DER, the client's own first in `leaf`.
struct ShownCertificate {
    std::string leaf;
    std::vector<std::string> chain;  // what leads from it to an authority; may be empty
};

inline constexpr std::size_t kLargestCertificate = 64u << 10;  // octets, of one
inline constexpr std::size_t kLongestChain = 10;               // certificates, without the leaf

// Immutable; safe for concurrent use.
class ClientCertificate {
public:
    // The fault is a sentence.
    static Result<ClientCertificate, std::string> read(std::string_view der);
    static Result<ClientCertificate, std::string> read_pem(std::string_view pem);

    const std::string& fingerprint() const { return fingerprint_; }  // SHA-256, 64 hex digits
    // For people: "CN=printer-2,O=Example" (RFC 4514), sanitised and at most 255 octets.
    const std::string& subject() const { return subject_; }
    // Of its subject alternative names (RFC 5280 §4.2.1.6), as they are written; those with octets
    // that no name has (a NUL, anything but printable ASCII) are not among them.
    const std::vector<std::string>& emails() const { return emails_; }
    const std::vector<std::string>& dns_names() const { return dns_names_; }
    const std::vector<std::string>& uris() const { return uris_; }
    // User principal names: Active Directory's otherName (1.3.6.1.4.1.311.20.2.3), UTF-8.
    const std::vector<std::string>& principals() const { return principals_; }
    WallTime not_before() const { return not_before_; }
    WallTime not_after() const { return not_after_; }

private:
    ClientCertificate() = default;
    static Result<ClientCertificate, std::string> describe(x509_st* certificate);

    std::string fingerprint_, subject_;
    std::vector<std::string> emails_, dns_names_, uris_, principals_;
    WallTime not_before_{}, not_after_{};
};

// Authorities that may have made a client's certificate, and what they have taken back.  Immutable;
// safe for concurrent use.
class ClientAuthorities {
public:
    // Texts are PEM.  revoked: certificate revocation lists (RFC 5280 §5); empty: none is asked.
    // Where there are lists, each authority of a chain must have one that is in force: a chain of
    // which nobody can say that it still holds is not trusted.  The fault is a sentence.
    static Result<std::shared_ptr<const ClientAuthorities>, std::string> read(
        std::string_view authorities, std::string_view revoked = {});
    ~ClientAuthorities();

    // That the chain holds now, and is for TLS clients (RFC 5280 §4.2.1.12).  The fault is a
    // sentence of OpenSSL's.
    Result<void, std::string> judge(const ShownCertificate& shown, WallTime now) const;

    // The subjects, DER, for a server's CertificateRequest: clients choose by them.
    const std::vector<std::string>& subjects() const { return subjects_; }
    WallTime first_end() const { return first_end_; }  // of an authority's certificate

private:
    struct Parts;
    explicit ClientAuthorities(std::unique_ptr<Parts> parts);
    std::unique_ptr<Parts> parts_;
    std::vector<std::string> subjects_;
    WallTime first_end_{};
};

}  // namespace signet::crypto
