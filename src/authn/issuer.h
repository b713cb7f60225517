// One issuer whose tokens are taken, as the settings describe it, and what is known of it.
#pragma once

#include "authn/introspector.h"
#include "authn/issuer_keys.h"
#include "oauth/claims.h"
#include "oauth/jws.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace signet::authn {

// Immutable but for what the two parts below keep to themselves.
struct Issuer {
    // When its introspection is asked.
    enum class Ask {
        never,
        opaque,  // about tokens that are no JWT
        always,  // about JWTs, too: one that was taken back ends at once
    };
    std::string name;
    oauth::IssuerRules rules;
    Ask ask = Ask::never;
    std::string introspection_url;  // empty: as its metadata says
    std::shared_ptr<IssuerKeys> keys;
    std::shared_ptr<Introspector> introspector;  // null where nothing is asked
    // How long sessions that its tokens opened go on while nobody can ask it about them.
    std::chrono::seconds outage{900};
};
using IssuerPtr = std::shared_ptr<const Issuer>;
using Issuers = std::vector<IssuerPtr>;
IssuerPtr find_issuer(const Issuers& issuers, std::string_view url);  // null: none
oauth::TokenFault unknown_issuer(std::string_view url);

// Nobody can say: a sentence why.
struct Unavailable {
    std::string why;
};
using Trouble = std::variant<oauth::TokenFault, Unavailable>;

// A token that says nothing to us; why: what to tell where nobody can be asked.
struct OpaqueToken {
    oauth::TokenFault why;
};
std::variant<oauth::Jws, OpaqueToken, oauth::TokenFault> read_token(const Secret& token);

// With the keys that are known, and newer ones where a token has another key: they are fetched, at
// most once in IssuerKeys::kPause, and not for a token that would be refused for what it says.
Task<Result<void, Trouble>> check_signature(const Issuer& issuer, const oauth::Jws& token,
                                            const oauth::Json& claims, const Clock& clock);

// REQUIRES: the issuer has an introspector.  said: see Introspector::ask.
Task<Result<oauth::TokenIdentity, Trouble>> introspect(const Issuer& issuer, const Secret& token,
                                                       std::optional<oauth::TokenIdentity> said);

}  // namespace signet::authn
