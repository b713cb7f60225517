// identity::CredentialStore over a service of somebody's own, which is asked over HTTPS
// (docs/reference/http-store.md).
//
// Nothing is remembered: a person who is disabled there is at the next sign-in.  Who we are to the
// service is shown by a client certificate, a bearer token, or both.
#pragma once

#include "base/clock.h"
#include "identity/credential_store.h"
#include "net/http_client.h"

#include <chrono>
#include <functional>
#include <string>
#include <string_view>

namespace signet::store {

struct HttpStoreOptions {
    std::string url;
    // What the Authorization field shows behind "Bearer"; empty: nothing.  Asked for each question,
    // so that a new one in its file counts at once.  The fault is a sentence.
    std::function<Result<Secret, std::string>()> bearer = {};
    // A question without a deadline of its own takes no longer, and no other one either.
    std::chrono::milliseconds timeout{5'000};
    // Told of each fault: for the log.  Safe for concurrent use.
    std::function<void(std::string_view detail)> report = {};
};

// net::HttpClient::fetch, or a test's.
using HttpFetch =
    std::function<Task<Result<net::HttpResponse, net::HttpFault>>(net::HttpRequest, Deadline)>;

// Safe for concurrent use.  The clock outlives it.
class HttpCredentials final : public identity::CredentialStore {
public:
    HttpCredentials(HttpStoreOptions options, HttpFetch fetch, const Clock& clock);

    // Says that an account is unknown only where the service does.
    // Faults: unavailable (also: an answer that is none), deadline.
    Task<Result<identity::CheckAnswer, StoreFault>> check(identity::Claim claim, Secret password,
                                                          Deadline deadline) override;
    Task<Result<identity::CheckAnswer, StoreFault>> vouched(identity::Claim claim,
                                                            std::string account,
                                                            Deadline deadline) override;
    Task<Result<std::string, StoreFault>> account_of(std::string authcid) override;

private:
    Task<Result<identity::CheckAnswer, StoreFault>> ask(const identity::Claim& claim,
                                                        std::string_view login,
                                                        const Secret* password, Deadline deadline);
    StoreFault unavailable(std::string_view detail) const;

    const HttpStoreOptions options_;
    const HttpFetch fetch_;
    const Clock& clock_;
};

}  // namespace signet::store
