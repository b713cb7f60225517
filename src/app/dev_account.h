// The one account of `signet dev`.
#pragma once

#include "app/dev_site.h"
#include "app/keeper.h"
#include "net/io_threads.h"

namespace signet::app {

// There, enabled, and opened by the password of the site, whatever happened to it before.
Result<void, StartFault> ensure_dev_account(const DevSite& site, Keeper& keeper,
                                            net::IoThreads& io);

}  // namespace signet::app
