// The metrics that nobody counts: they are looked up when somebody asks.
#pragma once

#include "app/keeper.h"
#include "app/wire.h"
#include "settings/snapshot.h"

namespace signet::app {

// All of it outlives the last scrape.
void register_figures(observe::Registry& registry, const settings::Snapshot& settings,
                      Keeper& keeper, const Wire& wire);

}  // namespace signet::app
