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

struct Recipient {
    Mailbox mailbox;
    Notify notify = {};
    // ORCPT (RFC 3461 §4.2), decoded: "rfc822;ann@example.com".  Empty: none.  At most 500 octets
    // of printable text, so that nothing of it can become a line of its own anywhere.
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
    bool smtputf8 = false;  // the client said SMTPUTF8 (RFC 6531 §3.4): the next hop must take it
    Return ret = Return::unsaid;
    std::string envid = {};  // ENVID (RFC 3461 §4.4), decoded; at most 100 printable octets
    auto operator<=>(const Envelope&) const = default;
};

}  // namespace signet::mail
