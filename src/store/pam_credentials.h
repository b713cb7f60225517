// identity::CredentialStore over PAM, which is asked by helper processes (store/serve_pam.h).
//
// A helper answers one question at a time; one that takes longer than it may is killed, and another
// is started when there is something to ask.
#pragma once

#include "identity/credential_store.h"
#include "net/patient_pool.h"
#include "store/pam_protocol.h"

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace signet::store {

struct PamOptions {
    // What is run as a helper, with the socket as its standard input: path and arguments.
    std::vector<std::string> helper;
    std::string service = "signet";
    std::string directory = {};       // with the services' files; empty: the system's
    bool local_part = false;          // of the login is the user; else all of it
    std::string default_domain = {};  // of an account without one, for its address
    unsigned helpers = 4;             // at the same time
    std::chrono::milliseconds timeout{5'000};
    // Told of each fault: for the log.  Safe for concurrent use.
    std::function<void(std::string_view detail)> report = {};
};

// Safe for concurrent use.  Destruction ends the helpers.
class PamCredentials final : public identity::CredentialStore {
public:
    explicit PamCredentials(PamOptions options);
    ~PamCredentials() override;

    // Faults: unavailable, deadline.
    Task<Result<identity::CheckAnswer, StoreFault>> check(identity::Claim claim, Secret password,
                                                          Deadline deadline) override;
    // The account alone: pam_acct_mgmt.
    Task<Result<identity::CheckAnswer, StoreFault>> vouched(identity::Claim claim,
                                                            std::string account,
                                                            Deadline deadline) override;
    // PAM cannot be asked who there is: account_of() knows nobody.

private:
    struct Shared;
    Task<Result<identity::CheckAnswer, StoreFault>> ask(identity::Claim claim, std::string name,
                                                        PamRequest request, Deadline deadline);

    std::shared_ptr<Shared> shared_;  // calls that outlast their deadline hold it, too
    std::unique_ptr<net::PatientPool> pool_;
};

}  // namespace signet::store
