// A server's certificate with its chain and its private key, read from PEM texts and found to
// belong together.  Opens no file.
#pragma once

#include "base/clock.h"
#include "base/result.h"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

struct ssl_ctx_st;

namespace signet::crypto {

// Where the texts come from, for the sentences of a fault.
struct CertificateSource {
    std::string certificate, key;  // "certificate /etc/…", "key /etc/…" in the fault
};

// Immutable; safe for concurrent use.
class ServerCertificate {
public:
    // certificate_pem: the chain, leaf first.  key_pem: not encrypted.  The fault is a sentence for
    // the administrator that names the file; it holds nothing of the key.
    static Result<std::shared_ptr<const ServerCertificate>, std::string> read(
        std::string_view certificate_pem, std::string_view key_pem,
        const CertificateSource& source);
    ~ServerCertificate();

    // The DNS names of its subject alternative names (RFC 9525 §2: the common name is not one), in
    // lower case, each once.
    const std::vector<std::string>& names() const { return names_; }
    const std::string& key_kind() const { return key_kind_; }  // "ECDSA", "RSA", "ED25519" …
    WallTime not_before() const { return not_before_; }
    WallTime not_after() const { return not_after_; }
    const std::string& fingerprint() const { return fingerprint_; }  // SHA-256, 64 hex digits
    // Equal if and only if the texts are: another chain is another identity.
    const std::string& identity() const { return identity_; }

    // An OpenSSL context takes one for each kind of key.
    bool use_in(ssl_ctx_st* context) const;

private:
    struct Parts;
    explicit ServerCertificate(std::unique_ptr<Parts> parts);
    std::unique_ptr<Parts> parts_;
    std::vector<std::string> names_;
    std::string key_kind_, fingerprint_, identity_;
    WallTime not_before_{}, not_after_{};
};

}  // namespace signet::crypto
