// The operating system's randomness, by libsodium (getrandom(2)).
#pragma once

#include "base/entropy.h"

namespace signet::crypto {

// Safe for concurrent use.  Waits at boot until the kernel has gathered enough; ends the process
// if there is no source at all.
class SystemEntropy final : public Entropy {
public:
    SystemEntropy();
    void fill(std::span<std::uint8_t> octets) override;
};

}  // namespace signet::crypto
