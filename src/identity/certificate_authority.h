// Where the certificate of a TLS client is judged (keeper only): whose it is, and what it is good
// for.
#pragma once

#include "base/deadline.h"
#include "base/result.h"
#include "base/store_fault.h"
#include "base/task.h"
#include "crypto/client_certificate.h"
#include "identity/credential_store.h"

#include <cstdint>
#include <memory>
#include <string>
#include <variant>

namespace signet::identity {

// What a client presents with EXTERNAL (RFC 4422 appendix A).
struct CertificateShown {
    Claim claim;  // authcid: whom it wants to act as; empty where it leaves that to us
    std::shared_ptr<const crypto::ShownCertificate> certificate;  // not null
};

// Why: for the audit event only, one of the words of docs/reference/audit.md
// ("certificate_expired").  detail: for people.
struct CertificateRefused {
    std::string why, detail;
};
using CertificateAnswer = std::variant<Login, Refused, CertificateRefused>;

class CertificateAuthority {
public:
    virtual ~CertificateAuthority() = default;
    // The certificate is good, and its account opens: a Login, whose authcid is what names the
    // account there.  It is not yet judged whether that may act as claim.authcid.
    // unavailable: the accounts cannot be asked (454, never 535).
    virtual Task<Result<CertificateAnswer, StoreFault>> check_certificate(CertificateShown shown,
                                                                          Deadline deadline) = 0;
    // Grows with each change of what is trusted.  Asked at every command of a session that a
    // certificate opened.
    virtual std::uint64_t generation() const = 0;
    // Whether the certificate would still open the account (LoginBasis::certificate).  Faults:
    // those of the accounts.
    virtual Task<Result<bool, StoreFault>> still_good(Login login) = 0;
};

}  // namespace signet::identity
