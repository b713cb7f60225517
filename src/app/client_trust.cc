#include "app/client_trust.h"

#include "app/files.h"

#include <utility>

namespace signet::app {
namespace {

using Name = authn::CertificateRules::Name;

Name name_of(const std::string& word) {
    if (word == "dns") return Name::dns;
    if (word == "principal") return Name::principal;
    if (word == "uri") return Name::uri;
    return Name::email;
}

Result<std::string, std::string> content_of(const std::string& path) {
    auto content = read_file(path);
    if (!content) return fail(std::move(content.error()));
    if (!*content) return fail(path + ": there is no such file");
    return std::move(**content);
}

}  // namespace

Result<CertificateRulesPtr, std::string> load_certificate_rules(
    const settings::ClientCertificateSettings& settings) {
    auto rules = std::make_shared<authn::CertificateRules>();
    rules->names.clear();
    for (const auto& word : settings.account) rules->names.push_back(name_of(word));
    rules->strip_domain = settings.strip_domain;
    rules->append_domain = settings.append_domain;
    if (settings.ca.empty()) return rules;
    const auto authorities = content_of(settings.ca);
    if (!authorities) return fail("client_certificates.ca " + authorities.error());
    std::string revoked;
    if (!settings.revoked.empty()) {
        auto lists = content_of(settings.revoked);
        if (!lists) return fail("client_certificates.revoked " + lists.error());
        revoked = std::move(*lists);
        // What is empty is a file that is being written, and not the wish for no list.
        if (revoked.empty()) return fail(settings.revoked + ": there is no revocation list in it");
    }
    auto read = crypto::ClientAuthorities::read(*authorities, revoked);
    if (!read) {
        return fail("client_certificates: " + settings.ca +
                    (revoked.empty() ? "" : " and " + settings.revoked) + ": " + read.error());
    }
    rules->authorities = std::move(*read);
    return rules;
}

ClientTrust::Marks ClientTrust::marks() const {
    return {FileMark::of(settings_.ca), FileMark::of(settings_.revoked)};
}

void ClientTrust::begin(settings::ClientCertificateSettings settings) {
    settings_ = std::move(settings);
    seen_ = marks();
    failures_ = 0;
    said_.clear();
}

std::optional<ClientTrust::News> ClientTrust::look() {
    if (settings_.ca.empty()) return {};
    const auto now = marks();
    if (now == seen_ && failures_ == 0) return {};
    const auto& file = now.ca == seen_.ca && failures_ == 0 ? settings_.revoked : settings_.ca;
    seen_ = now;
    auto rules = load_certificate_rules(settings_);
    if (rules) {
        failures_ = 0;
        said_.clear();
        return News{file, std::move(*rules)};
    }
    if (++failures_ == 1 || rules.error() == said_) return {};
    said_ = rules.error();
    return News{file, nullptr, std::move(rules.error())};
}

}  // namespace signet::app
