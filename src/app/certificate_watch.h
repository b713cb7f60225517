// Finds out that a certificate was renewed, without being told: looks at its files every few
// seconds, through links, and reads them again when they differ from the last time.
#pragma once

#include "app/file_mark.h"
#include "app/load_tls.h"

#include <string>
#include <vector>

namespace signet::app {

// For one thread.  Blocks while it reads.
class CertificateWatch {
public:
    void begin(std::vector<net::CertificateFiles> files, std::vector<CertificatePtr> in_force);

    struct News {
        std::size_t index;       // in the order of the files
        CertificatePtr renewed;  // null: what is there cannot take the place of what is shown
        std::string why{};       // then: a sentence
    };
    // Two files are seldom written at once: a pair that does not fit is said to be bad only when it
    // is still so at the next look, and once for each reason.  It is read again at every look.
    std::vector<News> look(WallTime now);

    // What is wrong with the files of a certificate now; empty: nothing.
    const std::string& trouble(std::size_t index) const { return pairs_[index].said; }

private:
    struct Pair {
        net::CertificateFiles files;
        CertificatePtr shown;
        FileMark certificate{}, key{};  // at the last look
        bool settled = false;           // then the files were what is shown
        unsigned failures = 0;          // looks in a row
        std::string said{};
    };
    static std::string unfit(const CertificatePtr& certificate, const std::string& path,
                             WallTime now);
    static std::optional<std::string> look_at(Pair& pair, WallTime now, CertificatePtr& renewed);

    std::vector<Pair> pairs_;
};

}  // namespace signet::app
