// Trace fields: where a message passed (RFC 5321 §4.4).
//
// Every line of a client's making goes through a sieve here: what comes out is one field, whatever
// went in.  The name of the user is never in it, and the client's address only when it is asked
// for: a Received field travels to every recipient, and a home address should not.
#pragma once

#include "base/clock.h"
#include "mail/header.h"
#include "mail/mailbox.h"

#include <string>
#include <string_view>

namespace signet::mail {

// How the message came, as registered by RFC 3848: SMTP, ESMTP, ESMTPA, ESMTPS or ESMTPSA; with
// SMTPUTF8 the names of RFC 6531 §4.3: UTF8SMTP, UTF8SMTPA, UTF8SMTPS or UTF8SMTPSA.
struct With {
    bool extended = true, tls = false, authenticated = false, utf8 = false;
};
std::string_view name(With with);

struct Trace {
    std::string_view ehlo;  // as the client wrote it: untrusted
    std::string_view client_ip;
    bool show_client_address = false;  // setting trace_client_address
    std::string_view hostname;         // ours
    With with{};
    std::string_view queue_id;
    WallTime when{};
};

// Received: from EHLO ([IP]) by HOSTNAME with ESMTPSA id QUEUEID; DATE
// Whole lines with CRLF, folded at 78 octets where there is a blank to fold at; never longer than
// 998.  An EHLO name that is an address counts as one, and is left out with it ("unknown").
std::string received_field(const Trace& trace);

// "Return-Path: <ann@example.com>", added once, at the final delivery.
std::string return_path_field(const ReversePath& sender);

// RFC 5321 §6.3: "Simple counting of the number of 'Received:' header fields in a message has
// proven to be an effective, although rarely optimal, method of detecting loops".
inline std::size_t received_count(const Header& header) { return header.count("Received"); }

}  // namespace signet::mail
