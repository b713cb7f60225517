// A connection to a next hop, which may carry more than one message: greeting, TLS and AUTH are
// then paid for once.
#pragma once

#include "net/stream.h"
#include "relay/sign_in.h"
#include "relay/transport.h"
#include "smtp/client_protocol.h"

#include <chrono>
#include <memory>
#include <optional>
#include <string>

namespace signet::relay {

struct Session {
    std::string host;      // as NextHop::host
    std::string next_hop;  // as NextHop::text
    std::chrono::seconds step;
    std::shared_ptr<const SignIn> sign_in;  // null: no AUTH
    std::unique_ptr<net::Stream> stream;
    smtp::ClientProtocol client;
    SteadyTime opened;
    unsigned messages = 0;
};

// What came of one message over a session.
struct Spoken {
    Attempt attempt;
    smtp::Finished finished;
};

// The message that the client was made for, or was told to carry.  The session is the load's
// afterwards if it may carry another, and over if not.
Task<Spoken> speak(std::unique_ptr<Session> session, const Load& load,
                   queue::ContentReader& content, const Clock& clock);

// Over the session that the load brings; nullopt: it has none, or the server wants no more of it.
// Nothing was taken over then, and a new connection is worth its while.
Task<std::optional<Attempt>> carry_on(const Load& load, const Clock& clock);

// QUIT, a short wait for the answer, and the end of the connection.  Null is nothing.
Task<void> part(std::unique_ptr<Session> session, const Clock& clock);

}  // namespace signet::relay
