#include "crypto/digest.h"

#include "base/invariant.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include <memory>
#include <utility>

namespace signet::crypto {
namespace {

// libcrypto fails at these only when memory ends or the library is broken; neither leaves a way
// to keep a promise, so both end the process.
void must(bool done) { INVARIANT(done, "libcrypto computes SHA-2"); }

unsigned char* octets_of(std::string& text) {
    return reinterpret_cast<unsigned char*>(text.data());
}
const unsigned char* octets_of(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

// What libcrypto calls it.
const char* name_of(Hash hash) {
    switch (hash) {
    case Hash::sha1: return "SHA1";
    case Hash::sha256: return "SHA256";
    case Hash::sha512: return "SHA512";
    }
    std::unreachable();
}

struct FreeMac {
    void operator()(EVP_MAC_CTX* context) const { EVP_MAC_CTX_free(context); }
};
using MacContext = std::unique_ptr<EVP_MAC_CTX, FreeMac>;

// Both live as long as the process: freeing them at exit would race with libcrypto's own clean-up.
struct Fetched {
    explicit Fetched(Hash hash) : digest(EVP_MD_fetch(nullptr, name_of(hash), nullptr)) {
        must(digest != nullptr);
        EVP_MAC* const mac = EVP_MAC_fetch(nullptr, "HMAC", nullptr);
        must(mac != nullptr);
        keyless_hmac = EVP_MAC_CTX_new(mac);
        EVP_MAC_free(mac);  // the context holds its own reference
        must(keyless_hmac != nullptr);
        std::string name{name_of(hash)};
        const OSSL_PARAM parameters[] = {
            OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, name.data(), 0),
            OSSL_PARAM_construct_end()};
        must(EVP_MAC_CTX_set_params(keyless_hmac, parameters) == 1);
    }
    const EVP_MD* digest;
    // Knows its digest and has no key yet: copying it is cheaper than setting one up.
    EVP_MAC_CTX* keyless_hmac = nullptr;
};

const Fetched& fetched(Hash hash) {
    switch (hash) {
    case Hash::sha1: {
        static const auto* const made = new Fetched{hash};
        return *made;
    }
    case Hash::sha256: {
        static const auto* const made = new Fetched{hash};
        return *made;
    }
    case Hash::sha512: {
        static const auto* const made = new Fetched{hash};
        return *made;
    }
    }
    std::unreachable();
}

}  // namespace

std::size_t digest_size(Hash hash) {
    switch (hash) {
    case Hash::sha1: return 20;
    case Hash::sha256: return kSha256Size;
    case Hash::sha512: return 64;
    }
    std::unreachable();
}

std::string digest(Hash hash, std::string_view octets) {
    std::string made(digest_size(hash), '\0');
    must(EVP_Digest(octets.data(), octets.size(), octets_of(made), nullptr, fetched(hash).digest,
                    nullptr) == 1);
    return made;
}

std::string hmac(Hash hash, std::string_view key, std::string_view octets) {
    const MacContext context{EVP_MAC_CTX_dup(fetched(hash).keyless_hmac)};
    must(context != nullptr);
    // A null key would mean "keep the key there is", of which there is none.
    const auto* const key_octets = octets_of(key.empty() ? std::string_view{""} : key);
    std::string code(digest_size(hash), '\0');
    std::size_t size = 0;
    must(EVP_MAC_init(context.get(), key_octets, key.size(), nullptr) == 1);
    must(EVP_MAC_update(context.get(), octets_of(octets), octets.size()) == 1);
    must(EVP_MAC_final(context.get(), octets_of(code), &size, code.size()) == 1);
    must(size == code.size());
    return code;
}

Secret pbkdf2(Hash hash, std::string_view password, std::string_view salt, unsigned rounds) {
    INVARIANT(rounds > 0, "PBKDF2 makes at least one round (RFC 8018 §5.2)");
    std::string key(digest_size(hash), '\0');
    // A null password would be none at all.
    const auto* const octets = password.empty() ? "" : password.data();
    must(PKCS5_PBKDF2_HMAC(octets, static_cast<int>(password.size()), octets_of(salt),
                           static_cast<int>(salt.size()), static_cast<int>(rounds),
                           fetched(hash).digest, static_cast<int>(key.size()),
                           octets_of(key)) == 1);
    return Secret{std::move(key)};
}

bool equal_in_constant_time(std::string_view a, std::string_view b) {
    return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace signet::crypto
