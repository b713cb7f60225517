// The kernel's random source.  It waits for the pool to be seeded (early at boot only) and cannot
// fail otherwise; if it does, the process ends, for there is no safe way on without randomness.
#pragma once

#include "base/entropy.h"

namespace signet::net {

class SystemEntropy final : public Entropy {
public:
    void fill(std::span<std::uint8_t> octets) override;
};

}  // namespace signet::net
