#include "crypto/draw_key.h"

#include "crypto/digest.h"

namespace signet::crypto {

Secret draw_key(Entropy& entropy) {
    std::string key(kSha256Size, '\0');
    entropy.fill({reinterpret_cast<std::uint8_t*>(key.data()), key.size()});
    return Secret{std::move(key)};
}

}  // namespace signet::crypto
