// The authorities whose certificates sign in, read from the files of [client_certificates], and
// again when these change: revocation lists do every day.
#pragma once

#include "app/file_mark.h"
#include "authn/certificate_check.h"
#include "base/result.h"
#include "settings/snapshot.h"

#include <memory>
#include <optional>
#include <string>

namespace signet::app {

using CertificateRulesPtr = std::shared_ptr<const authn::CertificateRules>;

// Blocks.  The fault is a sentence that names the file.
Result<CertificateRulesPtr, std::string> load_certificate_rules(
    const settings::ClientCertificateSettings& settings);

// For one thread.  Blocks while it reads.
class ClientTrust {
public:
    // What the settings name is in force, and was read just now.
    void begin(settings::ClientCertificateSettings settings);

    struct News {
        std::string file;
        CertificateRulesPtr renewed;  // null: what is there cannot be used
        std::string why{};            // then: a sentence
    };
    // Two files are seldom written at once, and one not in a moment: what cannot be used is said
    // only when it is still so at the next look, and once for each reason.
    std::optional<News> look();

private:
    struct Marks {
        FileMark ca, revoked;
        bool operator==(const Marks&) const = default;
    };
    Marks marks() const;

    settings::ClientCertificateSettings settings_;
    Marks seen_{};
    unsigned failures_ = 0;  // looks in a row
    std::string said_{};
};

}  // namespace signet::app
