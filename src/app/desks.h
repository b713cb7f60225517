// What the server does about people and their sign-ins besides letting them in.
#pragma once

#include "app/doors.h"
#include "app/ground.h"
#include "app/keeper.h"
#include "app/password_reminder.h"
#include "app/reconciler.h"
#include "app/session_desk.h"
#include "app/token_desk.h"
#include "net/io_threads.h"
#include "settings/snapshot.h"
#include "store/breached_file.h"

#include <functional>

namespace signet::app {

// All that it is made of outlives it; so do the tasks of `io`.
struct Desks {
    Desks(Ground& ground, Keeper& keeper, Doors& doors,
          const std::function<settings::SnapshotPtr()>& settings);

    void start(net::IoThreads& io);
    admin::PasswordMaking password_making(Keeper& keeper) const;
    admin::SignIns sign_ins(Keeper& keeper);

    TokenDesk tokens;
    SessionDesk sessions;
    store::BreachedFile breached;
    PasswordReminder reminder;
    Reconciler reconciler;
};

}  // namespace signet::app
