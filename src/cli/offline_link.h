// When no server runs: the stores themselves, by the same endpoints.
#pragma once

#include "cli/link.h"
#include "settings/snapshot.h"

namespace signet::cli {

// Takes the locks that a server takes, so that neither can run beside the other.  A root process
// becomes the owner of the storage first, for good, so that no file is left that the server could
// not open.  unreachable: somebody else has the stores, or they are not there yet.
Result<std::unique_ptr<Link>, LinkFault> open_offline(settings::Snapshot settings);

}  // namespace signet::cli
