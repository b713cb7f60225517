// Access tokens for a route that signs in with them (RFC 6749): one kept for everybody, renewed
// well before it ends, and asked for by one message at a time, however many want it.
//
// A provider that is down, or refuses, is no message's fault: what wants a token then gets a fault
// with a sentence, waits in the queue, and is tried again.  The provider is asked again after a
// pause, which grows; not once for each message.
#pragma once

#include "base/clock.h"
#include "base/deadline.h"
#include "base/entropy.h"
#include "base/result.h"
#include "base/secret.h"
#include "base/task.h"
#include "crypto/signing_key.h"
#include "net/http_client.h"
#include "net/resume.h"
#include "oauth/token_endpoint.h"

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace signet::relay {

// What a route asks for tokens with.
struct TokenSetting {
    std::string route;
    // false: client credentials.  true: a person has agreed once (begin_login, poll_login), and the
    // refresh token that came of it is kept.
    bool of_a_person = false;
    std::string token_url = {}, device_url = {}, scope = {};
    oauth::TokenClient client = {};
    // Signs who we are for each request; null: the client's secret says it.
    std::shared_ptr<const crypto::SigningKey> key = {};
};

// Where refresh tokens are kept, by route.  Safe for concurrent use.  A fault is a sentence.
class TokenVault {
public:
    virtual ~TokenVault() = default;
    // nullopt: there is none.
    virtual Task<Result<std::optional<Secret>, std::string>> read(std::string route) = 0;
    // On disk when it returns.
    virtual Task<Result<void, std::string>> keep(std::string route, Secret refresh_token) = 0;
};

struct TokenFault {
    enum class Kind {
        no_login,     // nobody has agreed yet
        refused,      // the provider says no: it will say so again until somebody does something
        unavailable,  // it cannot be reached, or is ill
        storage,      // the refresh token cannot be read, or kept
    };
    Kind kind = Kind::unavailable;
    std::string text;  // a sentence without a full stop; nothing secret
};
std::string_view name(TokenFault::Kind kind);  // "no_login", …

// One question to the provider has been answered.
struct TokenNews {
    const std::string& route;
    const TokenFault* fault;  // null: there is a token
    bool changed;             // it was the other way before, or this is the first
};

// net::HttpClient::fetch, or a test's.
using Fetch =
    std::function<Task<Result<net::HttpResponse, net::HttpFault>>(net::HttpRequest, Deadline)>;

// Both functions and what is referred to outlive the source.
struct TokenParts {
    Fetch fetch;
    TokenVault& vault;
    const Clock& clock;
    Entropy& entropy;
    std::function<void(const TokenNews&)> tell = {};
};

// Safe for concurrent use, from any I/O thread.
class TokenSource {
public:
    TokenSource(TokenSetting setting, TokenParts parts);
    TokenSource(const TokenSource&) = delete;
    TokenSource& operator=(const TokenSource&) = delete;

    static constexpr std::chrono::seconds kAsk{30};        // for one question to the provider
    static constexpr std::chrono::seconds kFirstPause{5};  // behind a failure; it doubles
    static constexpr std::chrono::seconds kLongestPause{300};
    // A token is renewed behind three quarters of its life; one that is good still is used
    // meanwhile, and if that fails.  It is not used in its last minute, or tenth.
    static constexpr int kRenewAfterPercent = 75;

    // Takes as long as kAsk, if somebody has to ask or is asking.
    Task<Result<Secret, TokenFault>> token();
    // The next hop did not take it.  If it is not new, the next message gets another.
    void refused();
    // Renews what would end for lack of use: a login that no mail has used for a day.
    Task<void> tend();

    // What to show to the person who agrees.  REQUIRES: setting().of_a_person
    Task<Result<oauth::DeviceLogin, TokenFault>> begin_login();
    // nullopt: agreed, and what came of it is kept.  Else not yet: ask again after so long.
    using Poll = Result<std::optional<std::chrono::seconds>, TokenFault>;
    Task<Poll> poll_login();

    const TokenSetting& setting() const { return setting_; }

private:
    struct Token {
        Secret octets;
        SteadyTime begun, renew, end;
    };
    struct Login {
        Secret device_code;
        std::chrono::seconds interval;
        SteadyTime end;
    };
    struct Wait {};  // somebody is asking
    struct Ask {};   // it is this one's turn to
    using Next = std::variant<Secret, TokenFault, Wait, Ask>;
    class Turn;

    Next next(bool waited);
    Task<void> wait();
    Task<void> ask();
    Task<Result<oauth::TokenGrant, TokenFault>> grant();
    Task<Result<Secret, TokenFault>> form();
    oauth::TokenClient client() const;
    Task<Result<void, TokenFault>> keep(Secret refresh_token);
    Task<Result<net::HttpResponse, TokenFault>> post(const std::string& url, Secret form);
    void put_back(Login login);
    void settle(Result<oauth::TokenGrant, TokenFault> outcome);
    Poll judge_poll(const oauth::TokenTrouble& trouble, Login login);

    const TokenSetting setting_;
    const TokenParts parts_;

    std::mutex mutex_;  // guards all below
    bool asking_ = false;
    std::vector<net::Resume<std::monostate>> waiting_;
    std::optional<Token> token_;
    std::optional<TokenFault> last_fault_;
    std::optional<bool> failing_;
    SteadyTime not_before_{};  // the next question
    std::chrono::seconds pause_{0};
    Secret unsaved_;  // a refresh token that could not be kept; the one on disk is spent
    std::optional<Login> login_;
};

}  // namespace signet::relay
