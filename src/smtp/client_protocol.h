// The client's side of SMTP, without input or output (RFC 5321, 3207, 4954, 2920, 1870,
// 6152, 6531, 3461, 3030), and that of LMTP (RFC 2033).
//
// A ClientProtocol is a machine the caller turns: do what next() asks, then call next() again.
//
//   next() ──▶ NeedInput        read, then received()
//          ──▶ Send             write the octets
//          ──▶ SendSecret       write the octets, and never show them: they hold a password
//          ──▶ SaltPassword     that takes a while; then salted()
//          ──▶ HandshakeWanted  TLS, now; then handshake()
//          ──▶ ContentWanted    the next part of the message; then content()
//          ──▶ Finished         every recipient has its result; close, unless it is `open`
//
// Who asked for keep_open gets a Finished that is `open` where the server may take another
// message: then carry() it, or quit(), and go on with next().
//
// At any time connection_lost() says that reading or writing failed; next() is then Finished.
// It holds no socket, clock or store, carries one message at a time and is not safe for concurrent
// use.
//
// What it never does: send a password or a proof of one outside TLS; send a message to a server
// that was to prove itself (SCRAM) and did not; go on in the clear when TLS was asked for; believe
// octets that were received before the handshake (CVE-2021-38371); send a bare CR or LF.
#pragma once

#include "sasl/client.h"
#include "smtp/client_transaction.h"
#include "smtp/need_input.h"
#include "smtp/reply_parser.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace signet::smtp {

enum class TlsPolicy {
    none,           // never STARTTLS
    opportunistic,  // if it is offered, with any certificate; else in the clear
    verified,       // or the message waits; the caller verifies the certificate in its handshake
};

struct ClientSetting {
    std::string hostname;  // for EHLO: a host name or an address literal
    TlsPolicy tls = TlsPolicy::verified;
    bool inside_tls = false;                   // the handshake came first (RFC 8314 §3.3)
    sasl::ClientCredentials credentials = {};  // user empty: no AUTH
    std::string nonce = {};                    // for SCRAM: see sasl::ClientStart
    ReplyLimits limits = {};
    bool lmtp = false;       // LHLO, and an answer for each recipient behind the final dot
    bool keep_open = false;  // do not QUIT when there may be more to send
};

struct Send {
    std::string octets;
};
struct SendSecret {
    Secret octets;
};
using sasl::SaltPassword;
struct HandshakeWanted {};
struct ContentWanted {};

// How the conversation ended.  Each but `completed` defers those who have no result of their own;
// bare_newline fails them.
enum class ClientEnd {
    completed,         // to the last reply that was due; look at each recipient
    refused,           // by the greeting, by EHLO, or with 421 at any time
    tls_unavailable,   // STARTTLS not offered, or refused, and the policy is `verified`
    tls_failed,        // the handshake
    injected,          // octets behind the 220 to STARTTLS: somebody sits in between
    auth_unavailable,  // no mechanism in common, no TLS to use it in, or unusable credentials
    auth_refused,
    server_unproven,      // it does not know the password, or did not show that it does
    out_of_step,          // an answer that is no reply, too long, or one nobody had asked for
    lost_before_dot,      // nothing was taken over; trying again is safe
    lost_after_dot,       // the next hop may have it: trying again may deliver it twice
    unclear_after_dot,    // the same: what it answered to the final dot is out of step
    content_unavailable,  // the caller could not read the message
    bare_newline,         // in the content; it was not sent to its end
};
std::string_view name(ClientEnd end);

struct Finished {
    ClientEnd end = ClientEnd::completed;
    std::vector<RecipientResult> recipients;  // as in Outgoing::envelope
    bool dsn = false;  // the next hop takes RFC 3461's parameters, and reports from here on
    std::string mechanism = {};  // of AUTH, if there was one
    bool open = false;           // ready for another message
    bool mail_taken = false;     // MAIL was answered 2xx
};

using ClientStep = std::variant<NeedInput, Send, SendSecret, SaltPassword, HandshakeWanted,
                                ContentWanted, Finished>;

enum class Handshake {
    done,
    failed,
    unread_octets,  // the socket held octets before it began: as bad as octets behind the 220
};

class ClientProtocol {
public:
    ClientProtocol(ClientSetting setting, Outgoing message);
    ~ClientProtocol();
    ClientProtocol(ClientProtocol&&) noexcept;
    ClientProtocol& operator=(ClientProtocol&&) noexcept;

    ClientStep next();
    void received(std::string_view octets);
    void handshake(Handshake how);  // REQUIRES: the last step was HandshakeWanted
    // REQUIRES: inside TLS, or it will be before AUTH.  Not called: there is no binding to be had.
    void bind(sasl::ClientBinding binding);
    void salted(
        std::optional<Secret> password);         // REQUIRES: it was SaltPassword; nullopt: too busy
    void content(std::string_view part);         // REQUIRES: it was ContentWanted; empty: the end
    void content_unavailable();                  // instead of content(): the message cannot be read
    void connection_lost(std::string_view how);  // "closed", "timed out": for the result's text
    // REQUIRES of both: the last step was a Finished that is open.
    void carry(Outgoing message);
    void quit();

    // All of the content went out, and the server may have the message.
    bool awaits_final_reply() const;
    bool inside_tls() const;
    // Every recipient has its result; what is left is to part politely, and not worth a long wait.
    bool settled() const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace signet::smtp
