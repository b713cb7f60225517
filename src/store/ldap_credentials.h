// identity::CredentialStore over an LDAP directory: the account is searched for, and the password
// proven by a bind (or a comparison) over there.
//
// libldap blocks, so it runs on threads of its own, one conversation on each; whoever asks waits
// for no longer than his deadline.  Nothing is remembered but connections: a person who is disabled
// there is at the next sign-in.
#pragma once

#include "identity/credential_store.h"
#include "net/patient_pool.h"
#include "store/ldap_directory.h"

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace signet::store {

struct LdapOptions {
    LdapSettings settings;
    unsigned threads = 4;  // conversations at the same time
    // A question without a deadline of its own takes no longer.
    std::chrono::milliseconds timeout{5'000};
    // Told of each fault, with the library's words: for the log.  Safe for concurrent use.
    std::function<void(std::string_view detail)> report = {};
};

// What a check came to, and how.
struct LdapTrial {
    Result<identity::CheckAnswer, StoreFault> answer;
    std::vector<std::string> steps;
};

// Safe for concurrent use.  Destruction waits for what runs.
class LdapCredentials final : public identity::CredentialStore {
public:
    explicit LdapCredentials(LdapOptions options);
    ~LdapCredentials() override;

    // Says that an account is unknown without trying the password (authn::ChainLink::tells).
    // Faults: unavailable, deadline.
    Task<Result<identity::CheckAnswer, StoreFault>> check(identity::Claim claim, Secret password,
                                                          Deadline deadline) override;
    Task<Result<identity::CheckAnswer, StoreFault>> vouched(identity::Claim claim,
                                                            std::string account,
                                                            Deadline deadline) override;
    Task<Result<std::string, StoreFault>> account_of(std::string authcid) override;

    // Everybody who is there; the fault is a sentence.
    Task<Result<LdapEverybody, std::string>> everybody(std::size_t most, Deadline deadline);
    Task<LdapTrial> try_sign_in(identity::Claim claim, Secret password, Deadline deadline);

private:
    struct Shared;
    std::shared_ptr<Shared> shared_;  // jobs that outlast their deadline hold it, too
    std::unique_ptr<net::PatientPool> pool_;
    const std::chrono::milliseconds timeout_;
};

}  // namespace signet::store
