// Can these certificates and ciphers be used, and are they safe?  Facts in, problems out.
#pragma once

#include "base/clock.h"
#include "crypto/certificate_choice.h"
#include "settings/problem.h"
#include "settings/snapshot.h"

#include <string>
#include <vector>

namespace signet::settings {

// What the caller saw of one pair of files.
struct CertificateFact {
    std::string section;      // "tls", "certificate[0]"
    std::string path;         // of the certificate
    std::string trouble;      // a sentence; empty: it can be used
    crypto::Candidate shown;  // if it can be used: this and the next two
    WallTime not_before{}, not_after{};
    // It is shown already, or the server is starting: that it has ended is then only a warning,
    // since no server at all would be worse.
    bool in_force = false;
};

// What the caller found in one list of ciphers that somebody wrote.
struct CipherFact {
    std::string setting = {};  // "tls.ciphers", "listener[0].tls.ciphers"
    std::string unusable = {};
    std::vector<std::string> forbidden = {}, weak = {}, key_kinds = {};  // net::CipherJudgement
    bool matters = true;  // false: TLS 1.2 is not spoken there
};

struct TlsFacts {
    std::vector<CertificateFact> certificates;  // in the order of CertificateChoice
    std::vector<CipherFact> ciphers;
    WallTime now{};
};

// E0320 … E0325, W0333 … W0335.
std::vector<Problem> judge_tls(const Snapshot& snapshot, const Places& places,
                               const TlsFacts& facts);

}  // namespace signet::settings
