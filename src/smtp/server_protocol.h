// The server's side of SMTP, without input or output (RFC 5321, 6409, 4954, 3207, 2920, 3030).
//
// A ServerProtocol is a machine the caller turns.  received() hands it octets; next_event() says
// what the client wants; the caller decides and says answer(reply).  Replies collect until the
// caller takes them, so that those to pipelined commands leave in one write (RFC 2920 §3.2).
//
//   next_event() ──▶ NeedInput        write take_output(), read, received()
//                ──▶ Ehlo … Quit      decide, then answer(); order and syntax are already checked
//                ──▶ AuthResponse     the client's answer to a 334
//                ──▶ Bdat             a chunk comes; no answer is due before its end
//                ──▶ Content          octets of the message, dots removed; no answer is due
//                ──▶ ChunkEnd         a chunk was taken, and another follows: answer()
//                ──▶ ContentEnd       the final dot or chunk; answer() closes the transaction
//                ──▶ Refused          already answered here; for the audit log and the counters
//                ──▶ Closed           write take_output(), then close
//
// What the machine concludes from an answer: 2xx to MAIL, RCPT: the transaction goes on; 354 to
// DATA: content follows; other than 2xx to ChunkEnd: the transaction is over; 334 to AUTH or
// AuthResponse: an AuthResponse follows; 235: proven, no second AUTH (RFC 4954 §4); 220 to
// STARTTLS: nothing more is read until restart_after_tls(). 221, 421 and 521 close.  It holds no
// socket, clock or store; not safe for concurrent use.
#pragma once

#include "smtp/command.h"
#include "smtp/data_decoder.h"
#include "smtp/need_input.h"
#include "smtp/reply.h"

#include <memory>
#include <string>
#include <string_view>
#include <variant>

namespace signet::smtp {

enum class Role {
    submission,   // 587, with STARTTLS
    submissions,  // 465, inside TLS from the first octet (RFC 8314 §3)
    mx,           // 25, with STARTTLS: strangers may write to our domains (RFC 5321)
};
std::string_view name(Role role);

struct ProtocolLimits {
    std::size_t command_line_octets = 2'048;  // RFC 5321 §4.5.3.1.4 asks for 512 at least
    std::size_t auth_line_octets = 12'288;    // RFC 4954 §4
    std::size_t text_line_octets = 998 + 2;   // RFC 5321 §4.5.3.1.6, with CRLF; longer lines pass
                                              // when pass_long_lines (many programs send them)
    bool pass_long_lines = true;
    BareLf bare_lf = BareLf::reject;           // in content; in commands it is refused always
    unsigned errors = 20;                      // 5xx answers in one session, then 421 and close
    unsigned commands = 1'000;                 // between two accepted messages, then 421; a
                                               // recipient that was taken does not count
    unsigned recipients = 1'000;               // in one transaction, then 452 4.5.3
    std::uint64_t message_octets = 50u << 20;  // advertised as SIZE; 552 5.3.4 beyond
};

struct Closed {};
// nullopt: the client sent "*".  A response that is no base64 or too long comes as Refused instead,
// with verb AUTH: that ends the exchange.
struct AuthResponse {
    std::optional<Secret> octets;
};
// Valid until the next call.
struct Content {
    std::string_view octets;
};
// Of the content so far.
struct ChunkEnd {
    std::uint64_t octets = 0;
};
// As the client sent them, dots removed.  A message that cannot be taken (too big, a bare newline)
// ends in Refused instead: in_transaction() is then false, and what came of it is to be forgotten.
struct ContentEnd {
    std::uint64_t octets = 0;
};
struct Refused {
    enum class Why {
        syntax,
        order,
        too_long,
        bare_newline,
        nul,
        too_big,
        tls_required,
        auth_required,
        plaintext_after_starttls,
        foreign_protocol,
        too_many_errors,
        too_many_commands,
        too_many_recipients,
        early_talker,
        unframed,  // a BDAT that does not say how many octets are its own
    };
    Why why;
    // One of a closed set, for counters: a verb in upper case, at most 12 octets, or "OTHER" for
    // what is none (it may be a password), or empty inside content.
    std::string verb;
    bool exposed_credentials = false;  // an AUTH with an initial response before TLS
    std::optional<Auth> exposed = {};  // that command, if it can be read
};
std::string_view name(Refused::Why why);

using Event =
    std::variant<NeedInput, Closed, Ehlo, Helo, StartTls, Auth, AuthResponse, Mail, Rcpt, Data,
                 Bdat, Content, ChunkEnd, ContentEnd, Rset, Noop, Vrfy, Help, Quit, Refused>;

class ServerProtocol {
public:
    ServerProtocol(Role role, ProtocolLimits limits);  // submissions: TLS is there already
    ~ServerProtocol();
    ServerProtocol(ServerProtocol&&) noexcept;
    ServerProtocol& operator=(ServerProtocol&&) noexcept;

    void greet(Reply greeting);  // 220, or 421/554 to turn the client away
    void received(std::string_view octets);
    Event next_event();
    void answer(const Reply& reply);  // REQUIRES: the last event asks for an answer
    std::string take_output();        // what to write; empty when there is nothing

    // The caller answers for the client, whose address is enough (a trusted network): it need not
    // prove itself, but may.  What else the role asks for, TLS before MAIL, stays.  Forgotten by
    // restart_after_tls().
    void vouch();
    // After the handshake: everything learned in the clear is forgotten (RFC 3207 §4.2).
    // REQUIRES: the answer to StartTls was 220.
    void restart_after_tls();
    // True if octets lie behind the STARTTLS line: the caller must answer 554 and close, since
    // they may be somebody else's (CVE-2011-0411).  Whatever the socket still holds counts too.
    bool has_unread_input() const;

    bool in_transaction() const;  // between MAIL and the end of DATA
    bool authenticated() const;   // a 235 was answered

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace signet::smtp
