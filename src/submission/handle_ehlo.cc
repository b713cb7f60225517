// EHLO and HELO (RFC 5321 §4.1.1.1).
#include "smtp/extensions.h"
#include "submission/admit.h"
#include "submission/charge.h"
#include "submission/handlers.h"
#include "submission/listener_of.h"
#include "submission/replies.h"

namespace signet::submission {
namespace {

// RFC 5321 §4.1.4: EHLO in the middle of a session starts afresh, as RSET does.
void begin_again(Session& session, const std::string& domain, bool extended) {
    session.transaction.reset();
    session.ehlo = {domain, extended};
}

}  // namespace

Task<smtp::Reply> handle_ehlo(Session& session, smtp::Ehlo ehlo, bool binding,
                              const Services& services) {
    begin_again(session, ehlo.domain, true);
    const auto& settings = services.settings;
    auto limits = protocol_limits(settings.limits);
    // RFC 1870 §4: what is announced is what this client may send.
    if (const auto allowance = allowance_of(session, settings)) {
        limits.message_octets = allowance->message_size;
    }
    session.sign_in.offer = co_await offer_to(session, binding, services);
    co_return replies::ehlo(settings.hostname,
                            smtp::ehlo_keywords(session.role, session.tls.has_value(),
                                                session.sign_in.offer.names(), limits));
}

smtp::Reply handle_helo(Session& session, const smtp::Helo& helo, const Services& services) {
    begin_again(session, helo.domain, false);
    return replies::helo(services.settings.hostname);
}

}  // namespace signet::submission
