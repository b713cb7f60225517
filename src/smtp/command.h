// The commands of a submission client (RFC 5321 §4.1.1, RFC 6409, RFC 4954, RFC 3207).
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
// recipient.domain empty: "<Postmaster>"
struct Rcpt {
    mail::Mailbox recipient;
    mail::Notify notify = {};   // RFC 3461 §4.1
    std::string original = {};  // ORCPT, RFC 3461 §4.2, decoded
};
struct Data {};
struct Rset {};
struct Noop {};
struct Vrfy {
    std::string what;
};
struct Help {};
struct Quit {};

using Command =
    std::variant<Ehlo, Helo, StartTls, Auth, Mail, Rcpt, Data, Rset, Noop, Vrfy, Help, Quit>;

// Why a line is not a command we take.
struct Fault {
    enum class Kind {
        unknown_command,    // 500 5.5.2
        not_implemented,    // 502 5.5.1   EXPN, TURN, …
        syntax,             // 501 5.5.4
        unknown_parameter,  // 555 5.5.4   (RFC 5321 §4.1.1.11)
        bad_value,          // 501 5.5.4, for AUTH 501 5.5.2 (RFC 4954 §4: not base64)
        repeated,           // 501 5.5.4
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
