// A session is data: what is known of one connection, from greeting to goodbye.
#pragma once

#include "aliases/table.h"
#include "base/ulid.h"
#include "identity/login.h"
#include "mail/envelope.h"
#include "net/stream.h"
#include "smtp/server_protocol.h"
#include "submission/auth_attempt.h"
#include "submission/intake.h"
#include "submission/offer.h"
#include "submission/recipient_index.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace signet::submission {

// What the recipients of a transaction stand for.
struct AliasTargets {
    std::vector<aliases::Mailboxes> of{};  // as its recipients; empty: no alias
    std::size_t count = 0;                 // of recipients, when all are expanded
};

// From MAIL to the end of DATA; dies with RSET, EHLO, STARTTLS and the final dot.
struct Transaction {
    mail::Envelope envelope;
    RecipientIndex taken{};  // of envelope.recipients
    AliasTargets targets{};
    std::unique_ptr<Intake> intake{};      // there while content comes in
    std::optional<smtp::Reply> refusal{};  // of the content, found when a chunk began
    unsigned unknown_recipients = 0;       // named, and refused because they do not exist
};

// How the client introduced itself.
struct Hello {
    std::string domain{};   // as it wrote it; empty before EHLO or HELO
    bool extended = false;  // by EHLO
};

// Signing in, up to the login.
struct SignIn {
    Offer offer = {};                         // made at EHLO
    std::optional<AuthAttempt> attempt = {};  // an AUTH that waits for the client
    unsigned failures = 0;
};

struct Session {
    Ulid id;
    std::string listener;
    smtp::Role role = smtp::Role::submission;
    net::Endpoint peer, local;                // the client's, also behind a proxy
    std::optional<net::Endpoint> proxy = {};  // which proxy spoke for the client
    SteadyTime began{};
    Hello ehlo{};
    std::optional<net::TlsInfo> tls{};
    SignIn sign_in{};
    std::optional<identity::Login> login{};
    std::optional<Transaction> transaction{};
};

// After a handshake the session is born again (RFC 3207 §4.2): what the client said in the clear
// is forgotten, and only what we know ourselves stays.  The login of a trusted network is granted
// anew by whoever grants it.
Session born_again(Session old, net::TlsInfo tls);

// Why a session ended: one word, one audit event.
enum class End {
    quit,
    peer_gone,
    timed_out,
    tls_failed,
    drained,
    too_many_failures,
    account_changed,
    disconnected,  // by an administrator
    refused
};
std::string_view name(End end);

}  // namespace signet::submission
