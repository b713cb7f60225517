// What is made known of a store that is somewhere else: figures, log, and an alarm when it is down.
#pragma once

#include "app/ground.h"
#include "audit/audit_store.h"
#include "store/store_gate.h"

#include <string>

namespace signet::app {

// Both outlive whoever is watched.  The series of the store are there from now on.
store::GateWatcher watcher_of(const std::string& store, Ground& ground, audit::AuditStore& audit);

// The store is not in the settings any more: an alarm about it ends.
void end_watch(const std::string& store, Ground& ground);

}  // namespace signet::app
