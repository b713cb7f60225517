#include "smtp/sequence.h"

#include "smtp/faults.h"

#include <utility>

namespace signet::smtp {
namespace {

using Why = Refused::Why;
using Judged = std::optional<Refusal>;

Refusal order(std::string text) { return {Why::order, reply(503, {5, 5, 1}, std::move(text))}; }

// RFC 3207 §4: "530 Must issue a STARTTLS command first"
Refusal tls_first() {
    return {Why::tls_required, reply(530, {5, 7, 0}, "Must issue a STARTTLS command first")};
}

// Encryption, then a name, then a proof; whatever touches mail or mailboxes needs all three.  Where
// strangers write to us a name is all that can be asked for: most still come without TLS.
Judged needs_proof(const Standing& standing) {
    const bool strangers = standing.role == Role::mx;
    if (!standing.tls && !strangers) return tls_first();
    if (!standing.greeted) return order("Send EHLO first");
    if (standing.proven || standing.vouched || strangers) return {};
    return Refusal{Why::auth_required, reply(530, {5, 7, 0}, "Authentication required")};
}

Judged judge_starttls(const Standing& standing) {
    if (standing.tls) return order("TLS is already active");
    if (!standing.extended) return order("Send EHLO first");
    return {};
}

Judged judge_auth(const Standing& standing) {
    if (!standing.tls) {
        return Refusal{Why::tls_required, reply(538, {5, 7, 11},
                                                "Encryption required for authentication: issue "
                                                "STARTTLS, and change the password just sent")};
    }
    if (!standing.extended) return order("Send EHLO first");
    if (standing.proven) return order("Already authenticated");  // RFC 4954 §4
    if (standing.mail_open) return order("Not within a mail transaction");
    return {};
}

Judged judge_mail(const Mail& mail, const Standing& standing, const ProtocolLimits& limits) {
    if (auto refusal = needs_proof(standing)) return refusal;
    if (standing.mail_open) return order("A transaction is open: end it with DATA or RSET");
    if (mail.size.value_or(0) <= limits.message_octets) return {};
    return too_big(limits.message_octets);
}

Judged judge_rcpt(const Rcpt& rcpt, const Standing& standing, const ProtocolLimits& limits) {
    if (auto refusal = needs_proof(standing)) return refusal;
    if (!standing.mail_open) return order("Send MAIL first");
    if (standing.chunked) return order("The content has begun: end it with BDAT LAST or RSET");
    if (rcpt.international && !standing.smtputf8) return needs_smtputf8();
    if (standing.recipients < limits.recipients) return {};
    // RFC 5321 §4.5.3.1.10: 452, so that the client sends the rest in another transaction
    return Refusal{Why::too_many_recipients, reply(452, {4, 5, 3}, "Too many recipients")};
}

// RFC 3030 §2: "DATA and BDAT commands cannot be used in the same transaction"; a BDAT behind the
// last one, or behind one that was refused, finds no transaction open.
Judged judge_content(const Standing& standing, bool by_chunk) {
    if (auto refusal = needs_proof(standing)) return refusal;
    if (!standing.mail_open) return order("Send MAIL first");
    if (standing.chunked && !by_chunk)
        return order("BDAT has begun: end it with BDAT LAST or RSET");
    if (standing.recipients > 0) return {};
    return Refusal{Why::order, reply(554, {5, 5, 1}, "No valid recipients")};  // RFC 2920 §3.1
}

struct Judge {
    const Standing& standing;
    const ProtocolLimits& limits;

    Judged operator()(const Ehlo&) const { return {}; }
    Judged operator()(const Helo&) const { return {}; }
    Judged operator()(const StartTls&) const { return judge_starttls(standing); }
    Judged operator()(const Auth&) const { return judge_auth(standing); }
    Judged operator()(const Mail& mail) const { return judge_mail(mail, standing, limits); }
    Judged operator()(const Rcpt& rcpt) const { return judge_rcpt(rcpt, standing, limits); }
    Judged operator()(const Data&) const { return judge_content(standing, /*by_chunk=*/false); }
    Judged operator()(const Bdat&) const { return judge_content(standing, /*by_chunk=*/true); }
    Judged operator()(const Rset&) const { return {}; }
    Judged operator()(const Noop&) const { return {}; }
    Judged operator()(const Vrfy&) const { return needs_proof(standing); }
    Judged operator()(const Help&) const { return {}; }
    Judged operator()(const Quit&) const { return {}; }
};

}  // namespace

std::optional<Refusal> out_of_order(const Command& command, const Standing& standing,
                                    const ProtocolLimits& limits) {
    // RFC 5321 §3.1: after a 554 greeting all is answered 503 until the client sends QUIT.
    if (standing.turned_away && !std::holds_alternative<Quit>(command)) {
        return order("No service here");
    }
    return std::visit(Judge{standing, limits}, command);
}

}  // namespace signet::smtp
