// The clock of this machine.
#pragma once

#include "base/clock.h"

namespace signet::net {

class SystemClock final : public Clock {
public:
    WallTime wall() const override;
    SteadyTime steady() const override;
};

}  // namespace signet::net
