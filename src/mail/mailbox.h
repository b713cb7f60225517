// Addresses as they travel in MAIL and RCPT (RFC 5321 §4.1.2, RFC 6531 §3.3).
//
// UTF-8 is read wherever RFC 6531 has it; whether it may be there is for the caller to say, since
// only a transaction with SMTPUTF8 has it (smtp/sequence.h).
#pragma once

#include "base/cursor.h"

#include <compare>
#include <optional>
#include <string>
#include <string_view>

namespace signet::mail {

// Shape: local_part 1 … 64 octets, unquoted form where one exists ("a b" keeps its quotes away:
// text() adds them when the grammar asks for them); ASCII, or UTF-8 in which every character can be
// seen.  domain 1 … 255 octets of ASCII, lower case, a host name (a U-label as its A-label, so that
// one domain has one name) or an address literal with its brackets.
struct Mailbox {
    std::string local_part;
    std::string domain;

    std::string text() const;  // as it goes on the wire, quoted where it must be
    // The same mailbox for a host that owns the domain: local part in lower case and normal form C.
    // RFC 5321 §2.4 leaves the case of a local part to the host that owns it.
    Mailbox folded() const;
    auto operator<=>(const Mailbox&) const = default;
};

// No octet from 0x80: it may travel without SMTPUTF8.
bool is_ascii(std::string_view text);

// Mailbox = Local-part "@" ( Domain / address-literal ); the cursor stays put if there is none.
std::optional<Mailbox> parse_mailbox(Cursor& in);
std::optional<Mailbox> parse_mailbox(std::string_view whole);  // nothing may follow
// From its parts, the local part unquoted; nullopt if they have not the shape of a Mailbox.
std::optional<Mailbox> make_mailbox(std::string local_part, std::string_view domain);
// Domain or address literal, in the form that Mailbox keeps; nothing may follow.
std::optional<std::string> parse_domain(std::string_view whole);

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
