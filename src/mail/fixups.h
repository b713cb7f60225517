// What a submission server may add to a message (RFC 6409 §8).
//
// Fields that are there are never changed, moved or removed, not even wrong ones: a signature of
// the author may cover them.  Bcc stays, too; §8 does not ask for its removal, and RFC 5322 §3.6.3
// leaves it to the author's program.
#pragma once

#include "base/clock.h"
#include "mail/header.h"
#include "mail/mailbox.h"

#include <optional>
#include <string>
#include <string_view>

namespace signet::mail {

// Shape: fields are whole lines with CRLF, to be put in front of the header; empty if nothing is
// missing.  message_id is the value of the message's Message-ID field, the first if it has several
// and perhaps empty: a stranger's octets, unless it was made here.
struct Fixups {
    std::string fields, message_id;
};

// author: who gets into a From field that is missing; nullopt: nobody.  unique: a name that is used
// once, such as the queue id.  hostname: ours, a domain or an address literal.
struct Mending {
    std::optional<Mailbox> author;
    WallTime now{};
    std::string_view unique, hostname;
};

// RFC 6409 §8.2 (Date) and §8.3 (Message-ID).  RFC 5322 §3.6 asks for From, too: devices leave it
// out, and the reverse-path, which was judged, says who they are.
Fixups fix_up(const Header& header, const Mending& mending);

}  // namespace signet::mail
