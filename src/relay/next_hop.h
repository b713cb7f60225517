// One server that takes mail by SMTP or LMTP, and the hand-over of one message to it.
#pragma once

#include "net/connect.h"
#include "relay/sign_in.h"
#include "relay/transport.h"
#include "smtp/client_protocol.h"

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace signet::relay {

struct NextHop {
    // A name or an IP address: for its certificate, and for replies.  Or the path of a Unix socket.
    std::string host = {};
    std::string address = {};  // where it is, if that is known already: then host is not looked up
    std::uint16_t port = 587;
    bool lmtp = false;  // RFC 2033
    bool implicit_tls = false;
    smtp::TlsPolicy tls = smtp::TlsPolicy::verified;
    // Verifies if and only if tls is `verified`; null only for `none` without implicit TLS.
    std::shared_ptr<const net::TlsClientContext> tls_context = {};
    std::shared_ptr<const SignIn> sign_in = {};  // null: no AUTH
    std::string hostname = {};                   // ours, for EHLO
    std::vector<IpAddress> source = {};          // ours, to connect from: net/connect.h
    struct {
        std::chrono::seconds step{300};     // each: settings::QueueSettings::delivery_timeout
        std::chrono::seconds connect{300};  // the first one, where that is less
    } patience = {};

    std::string text() const;  // "smtp.example.net:587": what Attempt::next_hop calls it
};

// For the connection, before its greeting, where others may be tried behind it.
inline constexpr std::chrono::seconds kConnectOneOfMany{30};

// net::connect, or a test's.
using Connect = std::function<Task<Result<std::unique_ptr<net::Stream>, net::ConnectFault>>(
    net::ConnectTarget, Deadline)>;

// How: both outlive the hand-over.
struct Network {
    const Clock& clock;
    const Connect& connect;
};

// One connection; a second one in the clear if the handshake of opportunistic TLS failed.  The load
// has the session afterwards if that is open for more.  Never fails: what goes wrong is an answer,
// and none of it but a refused recipient or content is final.
Task<Attempt> hand_over(const NextHop& hop, const Load& load, const Network& network);

// What came of signing in as for a message, without one.
struct Probe {
    bool signed_in = false;
    std::string said = {};       // why not: the next hop's reply, or our own words
    std::string mechanism = {};  // of an AUTH that was refused
    std::optional<smtp::ClientEnd> end =
        {};  // nullopt: it did not come to a conversation, or is fine
    std::optional<net::TlsInfo> tls = {};
};
// Connects, signs in, and leaves before a message would begin.  Never fails.
Task<Probe> probe(const NextHop& hop, const Network& network);

}  // namespace signet::relay
