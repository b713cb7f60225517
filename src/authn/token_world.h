// For tests: an issuer on a web that is a table, accounts, and the check of tokens between them.
#pragma once

#include "authn/token_check.h"
#include "identity/fake_hashers.h"
#include "net/run_task.h"
#include "net/worker_pool.h"
#include "oauth/test_issuer.h"
#include "store/credentials_database.h"
#include "store/memory_accounts.h"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace signet::authn {

// Answers by URL; what is not there is 404.  Used on one thread.
class TestWeb {
public:
    struct Page {
        int status = 200;
        std::string body;
    };
    std::map<std::string, Page> pages;
    std::string down;                     // a sentence: then nobody answers
    std::vector<std::string> asked;       // URLs
    std::vector<std::string> forms;       // of those that were posted
    std::vector<std::string> authorized;  // with what
    bool held = false;                    // answers wait for release()

    Fetch fetch();
    void release();
    std::size_t count(const std::string& url) const;

private:
    Task<Result<Fetched, std::string>> answer(Question question);
    std::vector<net::Wakeup> waiting_;
};

class TokenWorld {
public:
    static constexpr std::string_view kUrl = "https://login.example";
    static constexpr std::string_view kMetadata =
        "https://login.example/.well-known/openid-configuration";
    static constexpr std::string_view kKeys = "https://login.example/keys";
    static constexpr std::string_view kIntrospection = "https://login.example/introspect";

    TokenWorld();

    // An issuer that signs with `key` and is discovered; accounts ann@example.com, cat@example.com,
    // and bob@example.com, who is disabled.
    ManualClock clock;
    SeededEntropy entropy{7};
    TestWeb web;
    oauth::TestKey key{crypto::SignatureAlgorithm::es256};

    struct Choice {
        Issuer::Ask ask = Issuer::Ask::never;
        std::string introspection_url = {};
        std::chrono::seconds introspection_life{60};
    };
    IssuerPtr make_issuer(std::string name, std::string url, const Choice& choice);
    void use(Issuers issuers);  // instead of the one that is there
    void publish(const std::string& keys);
    void say(const std::string& introspection, int status = 200);

    // Good now, for ten minutes.  changes: `"aud":"x"`, and instead of a usual claim if it has its
    // name.
    std::string token(const std::map<std::string, std::string>& changes = {},
                      const std::string& header = R"({"alg":"ES256","kid":"k","typ":"at+jwt"})");
    // "ok ann@example.com", a refusal's word, or the name of a StoreFault.
    std::string outcome(const std::string& token, const std::string& presented = {});
    Result<identity::TokenAnswer, StoreFault> check(const std::string& token,
                                                    const std::string& presented = {});
    // The account has the subject as a credential; "login 4711".
    void bind(const std::string& account, const std::string& subject,
              identity::Credential credential = {});
    void advance(std::chrono::seconds by) { clock.advance(by); }

    identity::CredentialStore& store() { return database_; }
    TokenCheck& check() { return check_; }
    std::vector<std::string> reported;  // "issuer/result"
    std::vector<std::string> news;      // of keys: empty, or why not

private:
    identity::CountingHasher hasher_;
    store::MemoryAccounts accounts_{clock};
    net::WorkerPool pool_{{.name = "hash", .max_wait = std::chrono::milliseconds{0}}};
    store::CredentialsDatabase database_{accounts_, hasher_, pool_, clock, entropy, {}};
    TokenCheck check_;
};

}  // namespace signet::authn
