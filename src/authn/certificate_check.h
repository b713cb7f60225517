// identity::CertificateAuthority by the rules of [client_certificates]: whose a certificate is.
//
// It is judged in this order, and the first thing wrong decides:
//   1. it can be read, and its time has come and is not over;
//   2. an account that has this very certificate as a credential is it, and opens
//      (CredentialStore::holder): no authority is asked, so it may be signed by itself; else
//   3. an authority of ours made it for TLS clients, and has not taken it back;
//   4. it names an account, by a name of a kind that is trusted for that;
//   5. the account opens (CredentialStore::vouched).
#pragma once

#include "base/clock.h"
#include "crypto/client_certificate.h"
#include "identity/certificate_authority.h"
#include "net/slot.h"

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace signet::authn {

struct CertificateRules {
    enum class Name {
        email,
        dns,
        principal,
        uri
    };
    // Null: only those that accounts have as credentials.
    std::shared_ptr<const crypto::ClientAuthorities> authorities = {};
    std::vector<Name> names = {Name::email};
    std::string strip_domain = {}, append_domain = {};  // as of a token (oauth::AccountRule)
};

// Safe for concurrent use if the store is.  All that is passed by reference outlives it.
class CertificateCheck final : public identity::CertificateAuthority {
public:
    CertificateCheck(identity::CredentialStore& store, const Clock& clock)
        : store_(store), clock_(clock), rules_(std::make_shared<const CertificateRules>()) {}

    void put_in_force(std::shared_ptr<const CertificateRules> rules) {
        rules_.set(std::move(rules));
        ++generation_;
    }
    std::shared_ptr<const CertificateRules> rules() const { return rules_.get(); }

    Task<Result<identity::CertificateAnswer, StoreFault>> check_certificate(
        identity::CertificateShown shown, Deadline deadline) override;
    std::uint64_t generation() const override { return generation_; }
    Task<Result<bool, StoreFault>> still_good(identity::Login login) override;

private:
    Task<Result<identity::CertificateAnswer, StoreFault>> judge(identity::CertificateShown shown,
                                                                Deadline deadline);
    Task<Result<identity::CertificateAnswer, StoreFault>> look_up(std::vector<std::string> names,
                                                                  identity::Claim claim,
                                                                  Deadline deadline);

    identity::CredentialStore& store_;
    const Clock& clock_;
    net::Slot<CertificateRules> rules_;
    std::atomic<std::uint64_t> generation_ = 0;
};

// The accounts that it may be, in the order of the rules; at most ten.
std::vector<std::string> accounts_named(const crypto::ClientCertificate& certificate,
                                        const CertificateRules& rules);

}  // namespace signet::authn
