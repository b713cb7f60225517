#include "crypto/system_entropy.h"

#include "base/invariant.h"

#include <sodium.h>

namespace signet::crypto {

SystemEntropy::SystemEntropy() { INVARIANT(sodium_init() >= 0, "libsodium starts"); }

void SystemEntropy::fill(std::span<std::uint8_t> octets) {
    if (!octets.empty()) randombytes_buf(octets.data(), octets.size());
}

}  // namespace signet::crypto
