// What settings::judge_safety wants to know of the files that the settings name.
#pragma once

#include "settings/safety.h"

#include <vector>

namespace signet::app {

std::vector<settings::FileFact> look_at_files(const settings::Snapshot& snapshot);

}  // namespace signet::app
