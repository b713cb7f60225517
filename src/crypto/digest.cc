#include "crypto/digest.h"

#include "base/invariant.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include <memory>

namespace signet::crypto {
namespace {

// libcrypto fails at these only when memory ends or the library is broken; neither leaves a way
// to keep a promise, so both end the process.
void must(bool done) { INVARIANT(done, "libcrypto computes SHA-256"); }

unsigned char* octets_of(std::string& text) {
    return reinterpret_cast<unsigned char*>(text.data());
}
const unsigned char* octets_of(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

// Lives as long as the process: freeing it at exit would race with libcrypto's own clean-up.
const EVP_MD* fetched_sha256() {
    static const EVP_MD* const digest = EVP_MD_fetch(nullptr, "SHA256", nullptr);
    must(digest != nullptr);
    return digest;
}

struct FreeMac {
    void operator()(EVP_MAC_CTX* context) const { EVP_MAC_CTX_free(context); }
};
using MacContext = std::unique_ptr<EVP_MAC_CTX, FreeMac>;

// An HMAC that knows its digest and has no key yet.  Copying it is cheaper than setting one up.
const EVP_MAC_CTX* keyless_hmac() {
    static const EVP_MAC_CTX* const context = [] {
        EVP_MAC* const mac = EVP_MAC_fetch(nullptr, "HMAC", nullptr);
        must(mac != nullptr);
        EVP_MAC_CTX* const made = EVP_MAC_CTX_new(mac);
        EVP_MAC_free(mac);  // the context holds its own reference
        must(made != nullptr);
        char digest[] = "SHA256";
        const OSSL_PARAM parameters[] = {
            OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
            OSSL_PARAM_construct_end()};
        must(EVP_MAC_CTX_set_params(made, parameters) == 1);
        return made;
    }();
    return context;
}

}  // namespace

std::string sha256(std::string_view octets) {
    std::string digest(kSha256Size, '\0');
    must(EVP_Digest(octets.data(), octets.size(), octets_of(digest), nullptr, fetched_sha256(),
                    nullptr) == 1);
    return digest;
}

std::string hmac_sha256(std::string_view key, std::string_view octets) {
    const MacContext context{EVP_MAC_CTX_dup(keyless_hmac())};
    must(context != nullptr);
    // A null key would mean "keep the key there is", of which there is none.
    const auto* const key_octets = octets_of(key.empty() ? std::string_view{""} : key);
    std::string code(kSha256Size, '\0');
    std::size_t size = 0;
    must(EVP_MAC_init(context.get(), key_octets, key.size(), nullptr) == 1);
    must(EVP_MAC_update(context.get(), octets_of(octets), octets.size()) == 1);
    must(EVP_MAC_final(context.get(), octets_of(code), &size, code.size()) == 1);
    must(size == kSha256Size);
    return code;
}

bool equal_in_constant_time(std::string_view a, std::string_view b) {
    return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace signet::crypto
