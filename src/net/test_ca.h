// For tests: a certificate authority of one's own, in a directory that is gone afterwards.
#pragma once

#include "crypto/x509.h"
#include "net/tls_context.h"

#include <chrono>
#include <memory>
#include <string>
#include <vector>

namespace signet::net {

class TestCa {
public:
    struct Files {
        std::string certificate, key;
    };

    TestCa();
    ~TestCa();

    const std::string& file() const { return file_; }  // PEM, to be trusted
    // For a DNS name or an IP address; valid for a day from `ago` days ago.
    Files issue(const std::string& name, std::chrono::days ago = std::chrono::days{0});
    Files issue_for(const std::vector<std::string>& names,
                    crypto::KeyKind kind = crypto::KeyKind::ecdsa,
                    std::chrono::days ago = std::chrono::days{0});
    // A file in the directory; its path.
    std::string write(const std::string& name, const std::string& content) const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
    std::string file_;
};

// REQUIRES: the files hold a certificate and its key.
std::shared_ptr<const TlsServerContext> context_of(const std::vector<TestCa::Files>& files,
                                                   std::shared_ptr<TicketKeys> ticket_keys = {},
                                                   const std::string& min = "1.2");

}  // namespace signet::net
