// How many descriptors this process may have, and how many connections that is.
#pragma once

#include "observe/log.h"
#include "settings/snapshot.h"

namespace signet::app {

// Raises the soft limit to the hard one: select(2), for which it is kept low, is not used here.
// The answer is the limit that holds now.
std::uint64_t raise_descriptor_limit();

// limits.connections, or as many as fit beside what the server needs itself: a process that runs
// out of descriptors cannot even say 421.
unsigned connections_that_fit(const settings::Snapshot& settings, std::uint64_t descriptors);
// The same for the limit that holds now.
unsigned connections_that_fit(const settings::Snapshot& settings);

// Says so if they do not all fit.
void warn_of_few_descriptors(const settings::Snapshot& settings, observe::Log& log);

}  // namespace signet::app
