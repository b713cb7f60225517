// The mailboxes of a header field: From, Sender, Reply-To, To, Cc, Bcc (RFC 5322 §3.4 and its
// obsolete forms in §4.4, RFC 6532 §3.2).
//
// Who a message is from rests on this, so it never guesses: what is outside the grammar, or what
// two programs might take for two different mailboxes, is a fault and yields nothing.  Of legal
// forms that programs are known to read differently the mailbox says so itself: see `disputed`.
//
// Pure function; memory and work are bounded by the field's octets.
#pragma once

#include "base/result.h"
#include "mail/mailbox.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace signet::mail {

struct HeaderMailbox {
    // For people: UTF-8, quotes and comments removed, encoded words (RFC 2047) read where their
    // charset is UTF-8, US-ASCII or ISO-8859-1, control characters replaced.  Empty: none.  A
    // stranger's words: it may well look like an address.
    std::string display_name;
    Mailbox mailbox;
    // The address is written in a way that only §4.4 knows and §3.1 forbids to write: a source
    // route, or blanks, folds or comments inside the address.  Programs have read such fields as
    // two different senders; a check that rests on who this is should refuse it.
    bool disputed = false;
    auto operator<=>(const HeaderMailbox&) const = default;
};

enum class AddressListFault {
    syntax,            // outside the grammar: "<a@b> <c@d>", "ann", "a b@c", "<a@b"
    unclosed_quote,    // a quoted string or a domain literal without its end
    unclosed_comment,  // a "(" without its ")", or the other way round
    bad_address,       // no Mailbox: too long, a domain that is none, an empty local part
    encoded_address,   // an encoded word where RFC 2047 §5 (3) forbids it: in the address itself
    bare_newline,      // a CR or LF that is no fold
    control,           // NUL or another control character, a line separator of Unicode
    bad_utf8,          // octets from 0x80 that are no UTF-8: another charset is another address
    too_many,          // mailboxes
    too_long,          // octets
    too_deep,          // nested comments
};
std::string_view name(AddressListFault fault);

struct AddressListLimits {
    std::size_t octets = 256u << 10;
    std::size_t mailboxes = 10'000;
    std::size_t comment_depth = 16;
};

// raw: the field's body, with or without its folds (mail::Field::raw).  The mailboxes of groups
// stand in the list like the others; a list without any is legal ("undisclosed-recipients:;") and
// comes back empty.
Result<std::vector<HeaderMailbox>, AddressListFault> parse_address_list(
    std::string_view raw, const AddressListLimits& limits = {});

}  // namespace signet::mail
