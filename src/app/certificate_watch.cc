#include "app/certificate_watch.h"

#include <utility>

namespace signet::app {

void CertificateWatch::begin(std::vector<net::CertificateFiles> files,
                             std::vector<CertificatePtr> in_force) {
    pairs_.clear();
    for (std::size_t i = 0; i < files.size(); ++i) {
        pairs_.push_back({.files = std::move(files[i]), .shown = std::move(in_force[i])});
    }
}

std::string CertificateWatch::unfit(const CertificatePtr& certificate, const std::string& path,
                                    WallTime now) {
    if (now >= certificate->not_after()) return "certificate " + path + " has ended";
    if (now < certificate->not_before()) return "certificate " + path + " has not begun";
    return {};
}

// nullopt: nothing new.  Else why not; empty: `renewed` it is.
std::optional<std::string> CertificateWatch::look_at(Pair& pair, WallTime now,
                                                     CertificatePtr& renewed) {
    // Taken before the files are read: a change behind that is seen at the next look.
    const auto certificate = FileMark::of(pair.files.certificate),
               key = FileMark::of(pair.files.key);
    if (pair.settled && certificate == pair.certificate && key == pair.key) return std::nullopt;
    pair.certificate = certificate;
    pair.key = key;
    pair.settled = false;
    auto loaded = net::load_certificate(pair.files);
    if (!loaded) return loaded.error();
    pair.settled = true;
    if ((*loaded)->identity() == pair.shown->identity()) return std::nullopt;
    if (auto why = unfit(*loaded, pair.files.certificate, now); !why.empty()) {
        pair.settled = false;
        return why;
    }
    renewed = std::move(*loaded);
    return std::string{};
}

std::vector<CertificateWatch::News> CertificateWatch::look(WallTime now) {
    std::vector<News> news;
    for (std::size_t i = 0; i < pairs_.size(); ++i) {
        auto& pair = pairs_[i];
        CertificatePtr renewed;
        const auto why = look_at(pair, now, renewed);
        if (!why || why->empty()) {
            if (pair.settled) pair.said.clear();
            pair.failures = 0;
            if (!renewed) continue;
            pair.shown = renewed;
            news.push_back({i, std::move(renewed)});
        } else if (++pair.failures > 1 && *why != pair.said) {
            pair.said = *why;
            news.push_back({i, nullptr, *why});
        }
    }
    return news;
}

}  // namespace signet::app
