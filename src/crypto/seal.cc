#include "crypto/seal.h"

#include "base/invariant.h"
#include "crypto/digest.h"

#include <sodium.h>

#include <span>
#include <utility>

namespace signet::crypto {
namespace {

constexpr std::size_t kNonceSize = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t kTagSize = crypto_aead_xchacha20poly1305_ietf_ABYTES;
static_assert(kSealOverhead == kNonceSize + kTagSize);
static_assert(kSealKeySize == crypto_aead_xchacha20poly1305_ietf_KEYBYTES);

void start_sodium() {
    static const bool started = sodium_init() >= 0;
    INVARIANT(started, "libsodium starts");
}

unsigned char* octets_of(std::string& text) {
    return reinterpret_cast<unsigned char*>(text.data());
}
const unsigned char* octets_of(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

}  // namespace

Seal::Seal(Secret key, Entropy& entropy) : key_(std::move(key)), entropy_(entropy) {
    start_sodium();
    INVARIANT(key_.size() == kSealKeySize, "a key of XChaCha20-Poly1305 has 32 octets");
}

std::string Seal::close(std::string_view value, std::string_view place) const {
    std::string sealed(kSealOverhead + value.size(), '\0');
    auto* const nonce = octets_of(sealed);
    entropy_.fill({nonce, kNonceSize});
    unsigned long long size = 0;
    crypto_aead_xchacha20poly1305_ietf_encrypt(nonce + kNonceSize, &size, octets_of(value),
                                               value.size(), octets_of(place), place.size(),
                                               nullptr, nonce, octets_of(key_.reveal()));
    INVARIANT(size == sealed.size() - kNonceSize, "libsodium seals the whole value");
    return sealed;
}

std::optional<std::string> Seal::open(std::string_view sealed, std::string_view place) const {
    if (sealed.size() < kSealOverhead) return {};
    const auto nonce = sealed.substr(0, kNonceSize), rest = sealed.substr(kNonceSize);
    std::string value(sealed.size() - kSealOverhead, '\0');
    unsigned long long size = 0;
    const int opened = crypto_aead_xchacha20poly1305_ietf_decrypt(
        octets_of(value), &size, nullptr, octets_of(rest), rest.size(), octets_of(place),
        place.size(), octets_of(nonce), octets_of(key_.reveal()));
    if (opened != 0) return {};
    return value;
}

Secret Seal::derive(std::string_view purpose) const {
    return Secret{hmac_sha256(key_.reveal(), purpose)};
}

}  // namespace signet::crypto
