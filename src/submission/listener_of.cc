#include "submission/listener_of.h"

#include <algorithm>

namespace signet::submission {

settings::ListenerSettings listener_of(const Session& session, const settings::Snapshot& settings) {
    const auto found =
        std::ranges::find(settings.listeners, session.listener, &settings::ListenerSettings::name);
    if (found != settings.listeners.end()) return *found;
    settings::ListenerSettings bare;
    bare.name = session.listener;
    bare.role = smtp::name(session.role);
    bare.auth = session.role != smtp::Role::mx;
    return bare;
}

}  // namespace signet::submission
