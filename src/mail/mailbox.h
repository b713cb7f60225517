// Addresses as they travel in MAIL and RCPT (RFC 5321 §4.1.2).
#pragma once

#include "base/cursor.h"

#include <compare>
#include <optional>
#include <string>

namespace signet::mail {

// Shape: local_part 1 … 64 octets, unquoted form where one exists ("a b" keeps its quotes away:
// text() adds them when the grammar asks for them).  domain 1 … 255 octets, lower case, a host
// name or an address literal with its brackets.
struct Mailbox {
    std::string local_part;
    std::string domain;

    std::string text() const;  // as it goes on the wire, quoted where it must be
    // The same mailbox for a host that owns the domain: local part in lower case.  RFC 5321 §2.4
    // leaves the case of a local part to the host that owns it.
    Mailbox folded() const;
    auto operator<=>(const Mailbox&) const = default;
};

// Mailbox = Local-part "@" ( Domain / address-literal ); the cursor stays put if there is none.
std::optional<Mailbox> parse_mailbox(Cursor& in);
std::optional<Mailbox> parse_mailbox(std::string_view whole);  // nothing may follow

// Where a failure report goes: "<>" (RFC 5321 §4.5.5) is an empty mailbox.
struct ReversePath {
    std::optional<Mailbox> mailbox;

    bool is_null() const { return !mailbox; }
    std::string text() const { return mailbox ? mailbox->text() : std::string{}; }
    auto operator<=>(const ReversePath&) const = default;
};

// Path = "<" [ A-d-l ":" ] Mailbox ">".  A source route is read and dropped, as RFC 5321 §4.1.1.3
// and appendix C ask; it never routes anything.
std::optional<ReversePath> parse_reverse_path(Cursor& in);
// "<Postmaster>" without a domain is taken too (RFC 5321 §4.1.1.3): its domain is empty.
std::optional<Mailbox> parse_forward_path(Cursor& in);

}  // namespace signet::mail
