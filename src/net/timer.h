// Sleep, for coroutines.
#pragma once

#include "base/clock.h"
#include "base/task.h"

namespace signet::net {

// true: the time is over.  false: a drain ended the sleep (or it did not begin).
Task<bool> sleep_until(SteadyTime when);
Task<bool> sleep_for(std::chrono::microseconds span);

}  // namespace signet::net
