// Where the list of breached passwords is.
#pragma once

#include "settings/snapshot.h"
#include "store/breached_file.h"

namespace signet::app {

store::BreachedPlace breached_place(const settings::Snapshot& settings);

}  // namespace signet::app
