// The keys of one issuer: fetched, kept, and fetched anew.
//
//   - known keys are used while their issuer is down, for `life` after he last gave them;
//   - in the background they are fetched every `refresh`;
//   - a token with a key that nobody knows has them fetched, too, but whatever comes, an issuer is
//     asked at most once in kPause.  Who comes meanwhile waits for what that brings.
//
// Where they are says the issuer's metadata, unless it is set.  Safe for concurrent use.
#pragma once

#include "authn/fetch.h"
#include "authn/turnstile.h"
#include "base/clock.h"
#include "oauth/jwk.h"
#include "oauth/metadata.h"

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

namespace signet::authn {

// What an issuer said of himself.
struct Known {
    oauth::KeySet keys;
    oauth::Metadata metadata;  // empty where it was not asked for
    SteadyTime asked{};
};
using KnownPtr = std::shared_ptr<const Known>;

class IssuerKeys {
public:
    static constexpr std::chrono::seconds kPause{30};    // between two times that he is asked
    static constexpr std::chrono::seconds kPatience{5};  // for all that he is asked at one time

    struct Options {
        std::string issuer;         // its URL
        std::string jwks_url = {};  // empty: as its metadata says
        bool keys = true;           // false: it may do without; it can be asked about tokens
        std::chrono::seconds refresh{900}, life{86'400};
        bool operator==(const Options&) const = default;
    };
    // What came of each time: null and why not, or what is known now.
    using Report = std::function<void(const KnownPtr& known, const std::string& why)>;

    IssuerKeys(Options options, Fetch fetch, const Clock& clock, Report report);

    // null: nothing is known, or nothing that is not too old, and he does not answer.
    Task<KnownPtr> known();
    // What may have come after `seen`: `seen` itself, if it is no older than kPause.  null: he does
    // not answer, so nobody can say.
    Task<KnownPtr> newer_than(KnownPtr seen);
    // For the background: asks, if it is time to.
    Task<void> refresh_if_due();

    // What another one knew of the same issuer goes on here.
    void adopt(const IssuerKeys& before);

    struct State {
        KnownPtr known;
        std::optional<SteadyTime> asked;  // the last time, whatever came of it
        std::string trouble;              // why the last time brought nothing; empty: it did
    };
    State state() const;
    const Options& options() const { return options_; }

private:
    KnownPtr usable() const;
    Task<void> refresh();
    Task<Result<KnownPtr, std::string>> ask();
    Task<Result<oauth::Metadata, std::string>> ask_metadata(Deadline deadline);

    const Options options_;
    const Fetch fetch_;
    const Clock& clock_;
    const Report report_;
    Turnstile turnstile_;
    mutable std::mutex mutex_;
    State state_;  // guarded by mutex_
};

}  // namespace signet::authn
