// The commands of a client (RFC 5321 §4.1.1, 6409, 4954, 3207, 3030, 3461, 6531).
#pragma once

#include "base/result.h"
#include "base/secret.h"
#include "mail/envelope.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace signet::smtp {

// 1 … 255 printable octets, as the client wrote them: usually a host name or an address literal,
// and never more than a claim.
struct Ehlo {
    std::string domain;
};
struct Helo {
    std::string domain;
};
struct StartTls {};
// initial: base64 removed; nullopt is no initial response, empty is "=" (RFC 4954 §4).
struct Auth {
    std::string mechanism;
    std::optional<Secret> initial;
};
struct Mail {
    mail::ReversePath sender;
    std::optional<std::uint64_t> size;
    mail::Body body = {};
    bool smtputf8 = false;                    // RFC 6531 §3.4
    mail::Return ret = mail::Return::unsaid;  // RFC 3461 §4.3
    std::string envid = {};                   // RFC 3461 §4.4, decoded
};
// recipient.domain empty: "<Postmaster>".  international: octets from 0x80 stand in the path or in
// ORCPT, which only a transaction with SMTPUTF8 may have.
struct Rcpt {
    mail::Mailbox recipient;
    mail::Notify notify = {};   // RFC 3461 §4.1
    std::string original = {};  // ORCPT, RFC 3461 §4.2, decoded
    bool international = false;
};
struct Data {};
// That many octets follow the line, whatever is answered (RFC 3030 §2).
struct Bdat {
    std::uint64_t octets = 0;
    bool last = false;
};
struct Rset {};
struct Noop {};
struct Vrfy {
    std::string what;
};
struct Help {};
struct Quit {};

using Command =
    std::variant<Ehlo, Helo, StartTls, Auth, Mail, Rcpt, Data, Bdat, Rset, Noop, Vrfy, Help, Quit>;

// Why a line is not a command we take.
struct Fault {
    enum class Kind {
        unknown_command,    // 500 5.5.2
        not_implemented,    // 502 5.5.1   EXPN, TURN, …
        syntax,             // 501 5.5.4
        unknown_parameter,  // 555 5.5.4   (RFC 5321 §4.1.1.11)
        bad_value,          // 501 5.5.4, for AUTH 501 5.5.2 (RFC 4954 §4: not base64)
        repeated,           // 501 5.5.4
        needs_smtputf8,     // 553 5.6.7   (RFC 6531 §3.5)
        unframed,           // 521 5.5.4   a BDAT whose octets cannot be counted: close at once
        line_too_long,      // 500 5.5.6 for AUTH (RFC 4954 §4), else 500 5.5.2
        foreign_protocol,   // 521 5.5.2   GET, POST, CONNECT, a TLS hello: close at once
    };
    Kind kind;
    std::size_t offset = 0;  // of the octet that could not be read
};

// The line, whole, without CRLF.  Trailing spaces are tolerated (RFC 5321 §4.1.1); apart from that
// nothing is trimmed or guessed.
Result<Command, Fault> parse_command(std::string_view line);

}  // namespace signet::smtp
