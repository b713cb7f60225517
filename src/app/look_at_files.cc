#include "app/look_at_files.h"

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

namespace signet::app {
namespace {

settings::FileFact look_at(std::string setting, const std::string& path) {
    settings::FileFact fact{.setting = std::move(setting), .path = path};
    struct stat status{};
    if (::stat(path.c_str(), &status) != 0) return fact;
    fact.exists = true;
    fact.readable = ::access(path.c_str(), R_OK) == 0;
    fact.mode = status.st_mode & 07777;
    const auto parent = std::filesystem::path{path}.parent_path();
    if (::stat(parent.empty() ? "." : parent.c_str(), &status) == 0) {
        fact.parent_mode = status.st_mode & 07777;
    }
    return fact;
}

// The one that is made at the first start need not be there yet.
std::string credential_key_of(const settings::StorageSettings& storage) {
    if (!storage.credential_key.empty()) return storage.credential_key.file;
    auto made = storage.path + "/credential-key";
    std::error_code none;
    return std::filesystem::exists(made, none) ? made : std::string{};
}

}  // namespace

std::vector<settings::FileFact> look_at_files(const settings::Snapshot& snapshot) {
    std::vector<settings::FileFact> facts;
    const auto add = [&](std::string setting, const std::string& path) {
        if (!path.empty()) facts.push_back(look_at(std::move(setting), path));
    };
    add("tls.certificate", snapshot.tls.certificate);
    add("tls.key", snapshot.tls.key);
    for (std::size_t i = 0; i < snapshot.certificates.size(); ++i) {
        const auto section = "certificate[" + std::to_string(i) + "]";
        add(section + ".certificate", snapshot.certificates[i].certificate);
        add(section + ".key", snapshot.certificates[i].key);
    }
    add("client_certificates.ca", snapshot.client_certificates.ca);
    add("client_certificates.revoked", snapshot.client_certificates.revoked);
    for (const auto& path : snapshot.aliases.files) add("aliases.files", path);
    add("storage.path", snapshot.storage.path);
    add("storage.credential_key", credential_key_of(snapshot.storage));
    for (std::size_t i = 0; i < snapshot.issuers.size(); ++i) {
        const auto issuer = "issuer[" + std::to_string(i) + "]";
        add(issuer + ".ca", snapshot.issuers[i].reach.ca);
        add(issuer + ".introspection.client_secret",
            snapshot.issuers[i].introspection.client_secret.file);
    }
    for (std::size_t i = 0; i < snapshot.routes.size(); ++i) {
        const auto route = "route[" + std::to_string(i) + "]";
        add(route + ".client_certificate", snapshot.routes[i].outbound.certificate);
        add(route + ".client_key", snapshot.routes[i].outbound.key);
        if (!snapshot.routes[i].smart_host) continue;
        add(route + ".ca", snapshot.routes[i].smart_host->ca);
        add(route + ".auth.password", snapshot.routes[i].smart_host->password.file);
        const auto& oauth = snapshot.routes[i].smart_host->oauth;
        if (!oauth) continue;
        add(route + ".auth.oauth.client_secret", oauth->client_secret.file);
        add(route + ".auth.oauth.ca", oauth->ca);
        add(route + ".auth.oauth.client_certificate", oauth->client_certificate);
        add(route + ".auth.oauth.client_key", oauth->client_key);
    }
    for (std::size_t i = 0; i < snapshot.stores.size(); ++i) {
        const auto store = "store[" + std::to_string(i) + "]";
        add(store + ".file.path", snapshot.stores[i].file.path);
        add(store + ".ldap.ca", snapshot.stores[i].ldap.ca);
        add(store + ".ldap.bind_password", snapshot.stores[i].ldap.bind_password.file);
        const auto& postgres = snapshot.stores[i].postgres;
        add(store + ".postgresql.ca", postgres.ca);
        add(store + ".postgresql.password", postgres.password.file);
        add(store + ".postgresql.client_certificate", postgres.certificate);
        add(store + ".postgresql.client_key", postgres.key);
    }
    add("dns.trust_anchor", snapshot.dns.trust_anchor);
    return facts;
}

}  // namespace signet::app
