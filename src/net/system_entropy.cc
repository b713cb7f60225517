#include "net/system_entropy.h"

#include "base/invariant.h"

#include <sys/random.h>
#include <cerrno>

namespace signet::net {

void SystemEntropy::fill(std::span<std::uint8_t> octets) {
    while (!octets.empty()) {
        // More than 256 octets may come in parts, and a signal may interrupt.
        const auto got = ::getrandom(octets.data(), octets.size(), 0);
        if (got < 0) {
            INVARIANT(errno == EINTR, "getrandom() works on every kernel we run on");
            continue;
        }
        octets = octets.subspan(static_cast<std::size_t>(got));
    }
}

}  // namespace signet::net
