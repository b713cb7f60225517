// What everything else is built from.
#pragma once

#include "app/service_manager.h"
#include "base/ulid.h"
#include "net/system_clock.h"
#include "net/system_entropy.h"
#include "observe/log.h"
#include "observe/metrics.h"
#include "settings/snapshot.h"

namespace signet::app {

// Not movable: others hold references.
struct Ground {
    explicit Ground(const settings::Snapshot& settings);

    net::SystemClock clock;
    net::SystemEntropy entropy;
    UlidSource ids{clock, entropy};
    observe::DescriptorSink stderr_sink{2};
    observe::Log log;
    ServiceManager manager;
    observe::Registry metrics;
};

}  // namespace signet::app
