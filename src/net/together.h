// Several coroutines of one thread at the same time, and one that waits for all of them.
#pragma once

#include "base/task.h"

#include <vector>

namespace signet::net {

// Ends when the last of them has.  The first exception to leave one of them leaves here.
Task<void> together(std::vector<Task<void>> tasks);

}  // namespace signet::net
