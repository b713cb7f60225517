// EHLO and HELO (RFC 5321 §4.1.1.1).
#include "smtp/extensions.h"
#include "submission/admit.h"
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

smtp::Reply handle_ehlo(Session& session, const smtp::Ehlo& ehlo, const Services& services) {
    begin_again(session, ehlo.domain, true);
    const auto& settings = services.settings;
    std::vector<std::string_view> mechanisms;
    if (listener_of(session, settings).auth) {
        mechanisms.assign(settings.auth.mechanisms.begin(), settings.auth.mechanisms.end());
    }
    return replies::ehlo(settings.hostname,
                         smtp::ehlo_keywords(session.role, session.tls.has_value(), mechanisms,
                                             protocol_limits(settings.limits)));
}

smtp::Reply handle_helo(Session& session, const smtp::Helo& helo, const Services& services) {
    begin_again(session, helo.domain, false);
    return replies::helo(services.settings.hostname);
}

}  // namespace signet::submission
