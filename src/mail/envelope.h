// What the protocol knows of a message, apart from its content (RFC 5321 §2.3.1).
#pragma once

#include "mail/mailbox.h"

#include <string>
#include <vector>

namespace signet::mail {

// RFC 6152 §2
enum class Body {
    seven_bit,
    eight_bit_mime,
};

// When the sender wants a report about a recipient (NOTIFY, RFC 3461 §4.1).  Nothing asked: as if
// FAILURE, and DELAY as the server likes.
struct Notify {
    bool asked = false;  // the parameter was there; NEVER: asked, and none of the others
    bool success = false, failure = false, delay = false;
    auto operator<=>(const Notify&) const = default;
};

inline constexpr std::size_t kOriginalOctets = 500;  // of Recipient::original
inline constexpr std::size_t kEnvidOctets = 100;     // of Envelope::envid

struct Recipient {
    Mailbox mailbox;
    Notify notify = {};
    // ORCPT (RFC 3461 §4.2), decoded: "rfc822;ann@example.com".  Empty: none.  Printable ASCII (of
    // the type utf-8: UTF-8 that can be seen), so that nothing of it can become a line of its own.
    std::string original = {};
    auto operator<=>(const Recipient&) const = default;
};

// How much of the message a report returns (RET, RFC 3461 §4.3).
enum class Return {
    unsaid,
    full,
    headers,
};

struct Envelope {
    ReversePath sender;
    std::vector<Recipient> recipients;
    Body body = Body::seven_bit;
    // SMTPUTF8 (RFC 6531 §3.4).  While the message comes in: the client said so.  From then on: an
    // address or a header of the message is not ASCII, and the next hop must take it so.
    bool smtputf8 = false;
    Return ret = Return::unsaid;
    std::string envid = {};  // ENVID (RFC 3461 §4.4), decoded: printable ASCII; empty: none
    auto operator<=>(const Envelope&) const = default;
};

}  // namespace signet::mail
