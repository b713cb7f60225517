// One handler a command, one file a handler.  A handler takes what it uses, changes the session and
// gives the reply; it neither reads nor writes the stream.  Order and syntax were checked before
// (smtp/server_protocol.h), so a handler sees only commands that are in place.
#pragma once

#include "base/task.h"
#include "smtp/server_protocol.h"
#include "submission/services.h"
#include "submission/session.h"

#include <optional>

namespace signet::submission {

// binding: what can_bind() says of the connection.
Task<smtp::Reply> handle_ehlo(Session& session, smtp::Ehlo ehlo, bool binding,
                              const Services& services);
smtp::Reply handle_helo(Session& session, const smtp::Helo& helo, const Services& services);
Task<smtp::Reply> handle_auth(Session& session, smtp::Auth auth, sasl::Setting setting,
                              const Services& services);
Task<smtp::Reply> handle_auth_response(Session& session, smtp::AuthResponse response,
                                       const Services& services);
Task<smtp::Reply> handle_mail(Session& session, smtp::Mail mail, const Services& services);
Task<smtp::Reply> handle_rcpt(Session& session, smtp::Rcpt rcpt, const Services& services);
Task<smtp::Reply> handle_data(Session& session, const Services& services);
// A chunk comes; what is wrong is said at its end (RFC 3030 §2).
Task<void> handle_bdat(Session& session, const Services& services);
smtp::Reply handle_chunk_end(Session& session, const Services& services);
Task<void> handle_content(Session& session, std::string_view octets);
Task<smtp::Reply> handle_content_end(Session& session, const Services& services);
smtp::Reply handle_rset(Session& session);

// Makes room for the content of the transaction; nullopt: it can come.
Task<std::optional<smtp::Reply>> open_intake(Session& session, const Services& services);
// Why the content that came so far cannot be kept; recorded.  nullopt: it can.
std::optional<smtp::Reply> intake_refusal(const Session& session, const Services& services);

}  // namespace signet::submission
