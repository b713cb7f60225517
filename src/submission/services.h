// What a session may use.  Interfaces only: embedded or cluster is decided in app/keeper.cc.
#pragma once

#include "audit/audit_store.h"
#include "authn/downgrade_watch.h"
#include "authn/exchange.h"
#include "base/clock.h"
#include "base/entropy.h"
#include "base/ulid.h"
#include "identity/credential_store.h"
#include "identity/recipient_directory.h"
#include "limits/connections.h"
#include "limits/rate_store.h"
#include "queue/queue_store.h"
#include "settings/snapshot.h"

namespace signet::submission {

class Presences;  // submission/presence.h

// Who looks on; null: nobody does.
struct Watchers {
    authn::DowngradeWatch* downgrades = nullptr;
    Presences* presences = nullptr;  // who is signed in
};

// Outlives every session; the snapshot is taken when a session begins.  Safe for concurrent use.
struct Services {
    const Clock& clock;
    UlidSource& ulids;
    identity::CredentialStore& credentials;
    identity::RecipientDirectory& recipients;
    queue::QueueStore& queue;
    audit::AuditStore& audit;
    limits::Connections& connections;
    limits::RateStore& rates;
    const settings::Snapshot& settings;
    Entropy& entropy;
    authn::Vouchers vouchers = {};
    Watchers watchers = {};
};

}  // namespace signet::submission
