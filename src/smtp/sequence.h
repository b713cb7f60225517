// The order of commands: what may be said now (RFC 5321 §4.1.4, 3207 §4, 4954 §4, 6409 §4.3).
//
// A pure function of where the session stands.  The one law everything rests on: where mail is
// submitted, a client that has not proven who it is never gets a MAIL, RCPT, DATA, BDAT or VRFY
// past this file.  On a listener of role mx it does; there the law is policy/check_relay.cc, which
// lets it reach no recipient but ours.
#pragma once

#include "smtp/command.h"
#include "smtp/reply.h"
#include "smtp/server_protocol.h"

#include <optional>

namespace signet::smtp {

// Where a session stands.
struct Standing {
    Role role = Role::submission;
    bool tls = false;
    bool greeted = false;      // EHLO or HELO was taken
    bool extended = false;     // it was EHLO
    bool proven = false;       // 235 was answered
    bool vouched = false;      // the caller answers for the client
    bool mail_open = false;    // MAIL was taken; the transaction is not over
    unsigned recipients = 0;   // taken in this transaction
    bool smtputf8 = false;     // this transaction's MAIL said so
    bool chunked = false;      // this transaction's content has begun, with BDAT
    bool turned_away = false;  // the greeting was a refusal: QUIT is all that is left

    void close_transaction() {
        mail_open = smtputf8 = chunked = false;
        recipients = 0;
    }
};

struct Refusal {
    Refused::Why why;
    Reply reply;
};

// nullopt: the command may be said now.
std::optional<Refusal> out_of_order(const Command& command, const Standing& standing,
                                    const ProtocolLimits& limits);

}  // namespace signet::smtp
