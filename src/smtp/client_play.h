// For tests: a conversation of the client machine, written down as a value and played to its end.
//
// The server's part is a list of chunks, one for each time the client waits for input; behind the
// last one the connection is lost.
#pragma once

#include "smtp/client_protocol.h"

#include <functional>
#include <string>
#include <vector>

namespace signet::smtp {

using Lines = std::vector<std::string>;

inline const std::string kPlainEhlo = "250-mx\r\n250-SIZE 1000\r\n250 8BITMIME\r\n";
inline const std::string kFullEhlo =
    "250-mx\r\n250-PIPELINING\r\n250-SIZE\r\n250-AUTH LOGIN PLAIN\r\n250 8BITMIME\r\n";
inline const std::string kTlsEhlo = "250-mx\r\n250-STARTTLS\r\n250 PIPELINING\r\n";

struct World {
    TlsPolicy tls = TlsPolicy::none;
    bool inside_tls = false;
    std::string user = {}, password = {};
    Lines recipients{"bob@example.net"};
    std::string sender = "ann@example.com";  // empty: "<>"
    mail::Body body = mail::Body::seven_bit;
    // What else the envelope says: SMTPUTF8, delivery-status parameters.
    std::function<void(mail::Envelope&)> envelope = {};
    Lines content{"Subject: x\r\n\r\n", ".hello\r\n"};
    Lines server = {};
    Handshake handshake = Handshake::done;
    struct Scram {
        std::string nonce = "rOprNGfwEbeRWgbNEkqO";  // that of RFC 7677 §3
        std::string binding = {};                    // its type; empty: the connection has none
        Lines mechanisms = {};                       // that may be used
        bool too_busy = false;                       // to salt a password
        bool token = false;                          // none: the password is an access token
    } scram = {};
};

struct Seen {
    std::string sent;  // each write in its own line, CRLF shown as "/"; "<tls>" is a handshake
    Finished finished;
    std::vector<Finished> before;  // of the messages in front of the last one

    // "completed +250 -550 ~451(ours)": delivered, failed, deferred by a reply of our own.
    std::string results() const;
};

Outgoing message_of(const World& world, const Lines& recipients);
ClientProtocol client_of(const World& world, bool keep_open = false);
// more: of other messages, carried one after the other where the session stays open; then it is
// left.  None: it is not kept open.
using MoreRecipients = std::vector<Lines>;
Seen play(const World& world, const MoreRecipients& more = {});
// The same, and again with the server's octets cut otherwise: if a cut changes anything, `sent`
// and the results say so instead.
Seen play_cut(const World& world, const MoreRecipients& more = {});

}  // namespace signet::smtp
