// Tells owners that their password is getting old, each time once (settings: passwords.max_age).
#pragma once

#include "app/ground.h"
#include "app/keeper.h"
#include "app/password_warning.h"
#include "settings/snapshot.h"

#include <functional>

namespace signet::app {

// All of it outlives its task.
class PasswordReminder {
public:
    PasswordReminder(Ground& ground, Keeper& keeper,
                     std::function<settings::SnapshotPtr()> settings)
        : ground_(ground), keeper_(keeper), settings_(std::move(settings)) {}

    // As long as the loop runs: a look at all accounts when the settings are new, and every hour.
    Task<void> run();

private:
    Task<void> look(const settings::Snapshot& settings);
    Task<void> remind(AgingPassword password, const settings::Snapshot& settings);
    Task<Result<void, StoreFault>> send(queue::Report letter, audit::Event event);
    audit::Event event_of(const AgingPassword& password);

    Ground& ground_;
    Keeper& keeper_;
    const std::function<settings::SnapshotPtr()> settings_;
};

}  // namespace signet::app
