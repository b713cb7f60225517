#include "app/desks.h"

#include "app/breached.h"

namespace signet::app {

Desks::Desks(Ground& ground, Keeper& keeper, Doors& doors,
             const std::function<settings::SnapshotPtr()>& settings)
    : tokens(keeper.tokens(), keeper.credentials().store(), ground.clock),
      sessions(doors.presences()),
      breached([settings] { return breached_place(*settings()); }),
      reminder(ground, keeper, settings),
      reconciler(ground, keeper, settings) {}

void Desks::start(net::IoThreads& io) {
    io.spawn(0, reminder.run());
    io.spawn(0, reconciler.run());
}

admin::PasswordMaking Desks::password_making(Keeper& keeper) const {
    return {keeper.hasher(), keeper.hash_pool(), &keeper.credentials().verifiers(),
            &keeper.credentials().app_passwords(), &breached};
}

admin::SignIns Desks::sign_ins(Keeper& keeper) {
    return {.bans = &keeper.credentials().bans(),
            .issuers = &tokens,
            .stores = &keeper.credentials(),
            .sessions = &sessions,
            .reconciling = &reconciler};
}

}  // namespace signet::app
