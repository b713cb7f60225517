#include "sasl/nonce.h"

#include "base/base64.h"

namespace signet::sasl {

std::string fresh_nonce(Entropy& entropy) {
    std::array<std::uint8_t, 18> chance{};
    entropy.fill(chance);
    return base64({reinterpret_cast<const char*>(chance.data()), chance.size()});
}

}  // namespace signet::sasl
