// Refresh tokens of routes, each in a file of its own below storage.path: sealed with a key derived
// from the credential key, as what the account database knows of passwords is.
#pragma once

#include "crypto/seal.h"
#include "net/worker_pool.h"
#include "relay/token_source.h"

#include <string>

namespace signet::app {

class FileVault final : public relay::TokenVault {
public:
    // key: crypto::kSealKeySize octets.  `entropy` and `disk` outlive the vault.
    FileVault(const std::string& storage_path, Secret key, Entropy& entropy, net::WorkerPool& disk)
        : directory_(storage_path + "/route-logins"), seal_(std::move(key), entropy), disk_(disk) {}

    Task<Result<std::optional<Secret>, std::string>> read(std::string route) override;
    Task<Result<void, std::string>> keep(std::string route, Secret refresh_token) override;

private:
    std::string path_of(const std::string& route) const {
        return directory_ + "/" + route + ".login";
    }

    const std::string directory_;
    const crypto::Seal seal_;
    net::WorkerPool& disk_;
};

}  // namespace signet::app
