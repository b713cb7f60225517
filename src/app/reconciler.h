// Disables accounts of people who are there no longer (settings: [reconcile]): when somebody asks,
// and every day at a time.
#pragma once

#include "admin/reconciling.h"
#include "app/ground.h"
#include "app/keeper.h"
#include "app/open_store.h"
#include "settings/snapshot.h"

#include <functional>

namespace signet::app {

// The time of day `at` came between the two; local time, and false for more than a day.
bool came_by(std::chrono::minutes at, WallTime before, WallTime now);

// All of it outlives its tasks.
class Reconciler final : public admin::Reconciling {
public:
    Reconciler(Ground& ground, Keeper& keeper, std::function<settings::SnapshotPtr()> settings)
        : ground_(ground), keeper_(keeper), settings_(std::move(settings)) {}

    Task<Result<admin::Reconciled, std::string>> reconcile(admin::WantedReconcile wanted,
                                                           audit::Actor actor) override;
    // As long as the loop runs.
    Task<void> run();

private:
    using People = Result<Everybody, std::string>;
    Task<People> people_of(const admin::WantedReconcile& wanted);
    Task<void> disable(admin::Reconciled& done, const audit::Actor& actor);
    Task<std::string> disable_one(const identity::Leaver& leaver, const std::string& from,
                                  const audit::Actor& actor);
    void record(const admin::Reconciled& done, const audit::Actor& actor);
    void record_fault(const std::string& from, const std::string& why, const audit::Actor& actor);
    audit::Event event_of(std::string name, const std::string& from,
                          const audit::Actor& actor) const;

    Ground& ground_;
    Keeper& keeper_;
    const std::function<settings::SnapshotPtr()> settings_;
};

}  // namespace signet::app
