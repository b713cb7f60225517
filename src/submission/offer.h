// Which mechanisms a session may use: decided here and nowhere else, at EHLO, and held to until the
// next one.  What was not offered is refused.
#pragma once

#include "base/task.h"
#include "identity/credential_store.h"
#include "net/stream.h"
#include "sasl/mechanism.h"
#include "settings/snapshot.h"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace signet::submission {

struct Services;
struct Session;

struct OfferFacts {
    bool listener = true;  // AUTH is on for this listener
    bool tls = false;
    bool binding = false;  // the connection can be told from every other one (RFC 5056)
    identity::ProofCovers covers = {};
    bool tokens = false;       // there is an issuer whose tokens are taken
    bool certificate = false;  // the client has shown one, and somebody can judge it
};

struct Offer {
    std::vector<const sasl::Mechanism*> mechanisms;  // strongest first

    bool has(const sasl::Mechanism& mechanism) const;
    bool binds() const;  // one of them ties itself to the connection
    std::vector<std::string_view> names() const;
};

// named: those that may be used there (submission/sign_in_rules.h).
//
// Nothing outside TLS.  A mechanism with tokens only where there is an issuer, EXTERNAL only to
// whom has shown a certificate.  SCRAM only where
// the store can check it and, with auth.scram = "auto", every account has what that takes: a client
// picks the strongest mechanism it sees, and must not fail for that.  What binds, only where a
// binding can be had.
Offer offer(const OfferFacts& facts, std::span<const std::string> named,
            const settings::AuthSettings& settings);

// The facts, gathered.  A store that does not answer takes SCRAM away, not the session.
Task<Offer> offer_to(const Session& session, bool binding, const Services& services);

// On TLS 1.2 clients bind by tls-unique, on TLS 1.3 by tls-exporter: "-PLUS" must not be offered
// unless what the client will use is there.
bool can_bind(const Session& session, const net::Stream& stream);

// What an exchange over this connection begins with.
sasl::Setting setting_for(const net::Stream& stream, const Offer& offer, const Services& services);

}  // namespace signet::submission
