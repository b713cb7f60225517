// How we prove to next hops who we are.
#pragma once

#include "base/entropy.h"
#include "base/secret.h"
#include "base/task.h"
#include "net/worker_pool.h"
#include "relay/smart_host_words.h"
#include "relay/token_source.h"
#include "sasl/client.h"

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace signet::relay {

// Salts passwords for SCRAM on a thread of its own: a next hop says how many rounds that takes, and
// is not to hold up sign-ins of clients, nor the I/O threads.  What came of it is remembered, as
// RFC 5802 §5.1 allows, so a server that does not change its salt costs its rounds once.
// Safe for concurrent use.
class Salting {
public:
    // nullopt: too much is waiting.
    Task<std::optional<Secret>> salted(sasl::SaltPassword wanted);

    static constexpr std::size_t kMost = 64;  // remembered

private:
    std::optional<Secret> remembered(const std::string& name);

    std::mutex mutex_;
    std::map<std::string, Secret> known_;  // guarded by mutex_
    net::WorkerPool pool_{{.name = "signet-salt",
                           .nice = 5,
                           .queue_length = 1'000,
                           .max_wait = std::chrono::milliseconds{0}}};
};

// As whom a next hop knows us.  What is referred to outlives it.
struct SignIn {
    std::string user;
    Secret password;
    std::vector<std::string> mechanisms = {};  // that may be used; empty: all
    Entropy& entropy;
    Salting& salting;
    std::shared_ptr<TokenSource> tokens = {};  // instead of the password

    Proof proof() const { return tokens ? Proof::token : Proof::password; }
    // The fault: there is no token now.
    Task<Result<sasl::ClientCredentials, TokenFault>> credentials() const;
};

}  // namespace signet::relay
