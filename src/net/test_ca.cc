#include "net/test_ca.h"

#include "base/invariant.h"
#include "crypto/x509.h"
#include "net/certificate_files.h"
#include "net/system_clock.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace signet::net {

struct TestCa::Impl {
    std::filesystem::path directory;
    crypto::CertifiedKey ca;
    int issued = 0;
};

TestCa::TestCa() : impl_(std::make_unique<Impl>()) {
    auto pattern = (std::filesystem::temp_directory_path() / "signet-ca-XXXXXX").string();
    INVARIANT(::mkdtemp(pattern.data()), "a temporary directory can be made");
    impl_->directory = pattern;
    auto made = crypto::make_ca("Test CA", SystemClock{}.wall(), std::chrono::days{2});
    INVARIANT(made, "a test certificate authority can be made");
    impl_->ca = std::move(*made);
    file_ = write("ca.pem", impl_->ca.certificate_pem);
}

TestCa::~TestCa() {
    std::error_code ignored;
    std::filesystem::remove_all(impl_->directory, ignored);
}

TestCa::Files TestCa::issue(const std::string& name, std::chrono::days ago) {
    return issue_for({name}, crypto::KeyKind::ecdsa, ago);
}

TestCa::Files TestCa::issue_for(const std::vector<std::string>& names, crypto::KeyKind kind,
                                std::chrono::days ago) {
    const auto issued = crypto::issue_server_certificate(
        impl_->ca, names, SystemClock{}.wall() - ago, std::chrono::days{1}, kind);
    INVARIANT(issued, "a test certificate can be issued");
    const auto stem = std::to_string(impl_->issued++);
    return {write(stem + ".pem", issued->certificate_pem),
            write(stem + ".key", std::string(issued->key_pem.reveal()))};
}

std::string TestCa::write(const std::string& name, const std::string& content) const {
    const auto path = impl_->directory / name;
    std::ofstream(path, std::ios::binary) << content;
    return path.string();
}

std::shared_ptr<const TlsServerContext> context_of(const std::vector<TestCa::Files>& files,
                                                   std::shared_ptr<TicketKeys> ticket_keys,
                                                   const std::string& min) {
    TlsServerOptions options{.certificates = {}, .min = min, .ticket_keys = std::move(ticket_keys)};
    for (const auto& pair : files) {
        auto loaded = load_certificate({pair.certificate, pair.key});
        INVARIANT(loaded, "a test certificate can be loaded");
        options.certificates.push_back(std::move(*loaded));
    }
    return TlsServerContext::make(options);
}

}  // namespace signet::net
