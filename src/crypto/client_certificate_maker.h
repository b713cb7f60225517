// For tests: authorities and the certificates of their clients, with whatever is wanted in them.
#pragma once

#include "base/clock.h"
#include "crypto/x509.h"

#include <chrono>
#include <string>
#include <vector>

namespace signet::crypto {

struct ClientSpec {
    std::string common_name = "a client";
    std::string alternative_names = {};  // as x509v3_config(5) has them: "email:ann@example.com"
    std::string usage = "clientAuth";    // extendedKeyUsage; empty: none
    bool authority = false;              // it may sign others
    std::chrono::days valid{90};
};

// by: null: it signs itself.
CertifiedKey make_client(const ClientSpec& spec, const CertifiedKey* by, WallTime now);
// Of `by`, with those certificates (PEM) in it, in force for `valid`.
std::string make_revocation_list(const CertifiedKey& by, const std::vector<std::string>& revoked,
                                 WallTime now, std::chrono::days valid);
std::string der_of(const std::string& certificate_pem);

}  // namespace signet::crypto
