#include "app/load_tls.h"

#include "net/cipher_list.h"

#include <algorithm>

namespace signet::app {
namespace {

settings::CipherFact fact_of(std::string setting, const std::string& ciphers,
                             const std::string& min) {
    auto judged = net::judge_ciphers(ciphers);
    return {.setting = std::move(setting),
            .unusable = std::move(judged.unusable),
            .forbidden = std::move(judged.forbidden),
            .weak = std::move(judged.weak),
            .key_kinds = std::move(judged.key_kinds),
            .matters = min != "1.3"};
}

std::string section_of(std::size_t index) {
    return index == 0 ? "tls" : "certificate[" + std::to_string(index - 1) + "]";
}

void add_ciphers(const settings::Snapshot& settings, std::vector<settings::CipherFact>& facts) {
    const auto& tls = settings.tls;
    if (!tls.ciphers.empty()) facts.push_back(fact_of("tls.ciphers", tls.ciphers, tls.min));
    for (std::size_t i = 0; i < settings.listeners.size(); ++i) {
        const auto& listener = settings.listeners[i];
        if (listener.tls_ciphers.empty()) continue;
        facts.push_back(fact_of("listener[" + std::to_string(i) + "].tls.ciphers",
                                listener.tls_ciphers,
                                listener.tls_min.empty() ? tls.min : listener.tls_min));
    }
}

bool is_in_force(const CertificatePtr& loaded, const std::vector<CertificatePtr>& in_force) {
    return std::ranges::any_of(in_force, [&](const CertificatePtr& shown) {
        return shown->fingerprint() == loaded->fingerprint();
    });
}

}  // namespace

std::vector<net::CertificateFiles> certificate_files(const settings::Snapshot& settings) {
    if (settings.tls.certificate.empty()) return {};
    std::vector<net::CertificateFiles> files{{settings.tls.certificate, settings.tls.key}};
    for (const auto& further : settings.certificates) {
        files.push_back({further.certificate, further.key});
    }
    return files;
}

LoadedTls load_tls(const settings::Snapshot& settings, WallTime now,
                   const std::vector<CertificatePtr>& in_force) {
    LoadedTls loaded;
    loaded.facts.now = now;
    const auto files = certificate_files(settings);
    for (std::size_t i = 0; i < files.size(); ++i) {
        settings::CertificateFact fact{
            .section = section_of(i), .path = files[i].certificate, .trouble = {}, .shown = {}};
        auto certificate = net::load_certificate(files[i]);
        if (certificate) {
            fact.shown = {(*certificate)->names(), (*certificate)->key_kind()};
            fact.not_before = (*certificate)->not_before();
            fact.not_after = (*certificate)->not_after();
            fact.in_force = is_in_force(*certificate, in_force);
        } else {
            fact.trouble = certificate.error();
        }
        loaded.certificates.push_back(certificate ? std::move(*certificate) : nullptr);
        loaded.facts.certificates.push_back(std::move(fact));
    }
    add_ciphers(settings, loaded.facts.ciphers);
    return loaded;
}

}  // namespace signet::app
