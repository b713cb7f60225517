// Certificates and ciphers as the settings name them: read from their files, and the facts that
// settings::judge_tls wants.
#pragma once

#include "net/certificate_files.h"
#include "settings/snapshot.h"
#include "settings/tls_safety.h"

#include <memory>
#include <vector>

namespace signet::app {

using CertificatePtr = std::shared_ptr<const crypto::ServerCertificate>;

// [tls] first, then each [[certificate]].  Empty if [tls] names none.
std::vector<net::CertificateFiles> certificate_files(const settings::Snapshot& settings);

struct LoadedTls {
    std::vector<CertificatePtr> certificates;  // as certificate_files; null: facts say why
    settings::TlsFacts facts;
};
// Blocks.  in_force: fingerprints of what is shown already.
LoadedTls load_tls(const settings::Snapshot& settings, WallTime now,
                   const std::vector<CertificatePtr>& in_force = {});

}  // namespace signet::app
