// What the kernel says of this process, under the names that all of Prometheus uses.
#pragma once

#include "observe/metrics.h"

namespace signet::observe {

void register_process_metrics(Registry& registry);

}  // namespace signet::observe
