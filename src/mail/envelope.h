// What the protocol knows of a message, apart from its content (RFC 5321 §2.3.1).
#pragma once

#include "mail/mailbox.h"

#include <vector>

namespace signet::mail {

// RFC 6152 §2
enum class Body {
    seven_bit,
    eight_bit_mime,
};

struct Recipient {
    Mailbox mailbox;
    auto operator<=>(const Recipient&) const = default;
};

struct Envelope {
    ReversePath sender;
    std::vector<Recipient> recipients;
    Body body = Body::seven_bit;
    auto operator<=>(const Envelope&) const = default;
};

}  // namespace signet::mail
