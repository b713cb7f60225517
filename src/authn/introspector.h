// Asks an issuer about tokens that say nothing themselves (RFC 7662), and remembers for a moment
// what it answered.
//
// Neither a token nor its digest that somebody could try tokens against is kept: an entry is found
// by HMAC-SHA-256 under a key that this process drew.  An answer dies after its life, or with the
// token.  One question a token at a time, and kOpen in all.  Safe for concurrent use.
#pragma once

#include "authn/fetch.h"
#include "authn/turnstile.h"
#include "base/clock.h"
#include "base/entropy.h"
#include "oauth/introspection.h"

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

namespace signet::authn {

// What the issuer says of a token.
using Introspected = Result<oauth::TokenIdentity, oauth::TokenFault>;

class Introspector {
public:
    static constexpr unsigned kOpen = 8;          // questions at a time
    static constexpr unsigned kWaiting = 200;     // who waits for one; more is `unavailable`
    static constexpr std::size_t kMost = 10'000;  // answers remembered
    static constexpr std::chrono::seconds kPatience{5};
    static constexpr std::chrono::seconds kPause{1};  // after it did not answer, nobody is asked

    struct Options {
        Secret authorization;           // of the client that Signet is there
        std::chrono::seconds life{60};  // of an answer; 0: none is remembered
    };
    // Each time that it was asked: whether it answered, and how long that took.
    using Report = std::function<void(bool answered, std::chrono::duration<double> took)>;

    Introspector(Options options, Fetch fetch, const Clock& clock, Entropy& entropy, Report report);

    // A fault is a sentence: the issuer did not answer, so nobody can say.
    // said: what a token says itself, which was judged and found right: then it only has to be
    // active.
    Task<Result<Introspected, std::string>> ask(std::string url, const Secret& token,
                                                const oauth::IssuerRules& rules,
                                                std::optional<oauth::TokenIdentity> said = {});

private:
    struct Entry {
        Introspected answer;
        SteadyTime until;
    };
    std::optional<Introspected> remembered(const std::string& key, const oauth::IssuerRules& rules);
    void remember(const std::string& key, const Introspected& answer);
    Task<Result<oauth::Json, std::string>> ask_now(std::string url, const Secret& token);

    const Options options_;
    const Fetch fetch_;
    const Clock& clock_;
    const Report report_;
    const Secret key_;
    Turnstile turnstile_;
    std::mutex mutex_;
    unsigned waiting_ = 0;  // guarded by mutex_, as are all below
    SteadyTime down_until_{};
    std::string down_;  // why
    std::unordered_map<std::string, Entry> entries_;
    std::deque<std::string> by_age_;  // their keys
};

}  // namespace signet::authn
