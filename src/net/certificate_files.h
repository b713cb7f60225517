// A server's certificate from its two files.
#pragma once

#include "base/result.h"
#include "crypto/server_certificate.h"

#include <memory>
#include <string>

namespace signet::net {

struct CertificateFiles {
    std::string certificate, key;  // PEM; the same file may hold both
    bool operator==(const CertificateFiles&) const = default;
};

// The fault is a sentence for the administrator; it names the file.  Blocks.
Result<std::shared_ptr<const crypto::ServerCertificate>, std::string> load_certificate(
    const CertificateFiles& files);

}  // namespace signet::net
