// The settings of the listener by which a session came in.
#pragma once

#include "settings/snapshot.h"
#include "submission/session.h"

namespace signet::submission {

// A listener that the settings do not have (a reload took it away, a test) counts as one where
// nothing but the role is written.
settings::ListenerSettings listener_of(const Session& session, const settings::Snapshot& settings);

}  // namespace signet::submission
