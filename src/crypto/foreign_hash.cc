#include "crypto/foreign_hash.h"

#include "base/invariant.h"
#include "base/secret.h"
#include "crypto/digest.h"
#include "crypto/owned.h"

#include <openssl/evp.h>
#include <sodium.h>

#include <array>
#include <cerrno>
#include <utility>

namespace signet::crypto {
namespace {

using Context = Owned<EVP_MD_CTX, EVP_MD_CTX_free>;

const EVP_MD* algorithm(ForeignDigest digest) {
    switch (digest) {
    case ForeignDigest::md5: return EVP_md5();
    case ForeignDigest::sha1: return EVP_sha1();
    case ForeignDigest::sha256: return EVP_sha256();
    case ForeignDigest::sha512: return EVP_sha512();
    }
    std::unreachable();
}

}  // namespace

std::size_t digest_size(ForeignDigest digest) {
    return static_cast<std::size_t>(EVP_MD_get_size(algorithm(digest)));
}

Result<bool, HashFault> digest_verify(ForeignDigest digest, std::string_view stored,
                                      std::string_view salt, std::string_view password) {
    const Context context{EVP_MD_CTX_new()};
    if (!context) return fail(HashFault::no_memory);
    std::array<unsigned char, EVP_MAX_MD_SIZE> made{};
    unsigned size = 0;
    const bool done = EVP_DigestInit_ex(context.get(), algorithm(digest), nullptr) == 1 &&
                      EVP_DigestUpdate(context.get(), password.data(), password.size()) == 1 &&
                      EVP_DigestUpdate(context.get(), salt.data(), salt.size()) == 1 &&
                      EVP_DigestFinal_ex(context.get(), made.data(), &size) == 1;
    if (!done) return fail(HashFault::unusable);  // MD5 is not there in FIPS mode
    return equal_in_constant_time({reinterpret_cast<const char*>(made.data()), size}, stored);
}

Result<bool, HashFault> pbkdf2_sha1_verify(std::string_view stored, std::string_view salt,
                                           unsigned rounds, std::string_view password) {
    // HMAC fills its key up with NULs: "right\0" would pass for "right" (RFC 2104 §2).
    if (password.contains('\0')) return false;
    INVARIANT(rounds > 0, "PBKDF2 has at least one round");
    std::array<unsigned char, 20> made{};
    const int done = PKCS5_PBKDF2_HMAC(password.data(), static_cast<int>(password.size()),
                                       reinterpret_cast<const unsigned char*>(salt.data()),
                                       static_cast<int>(salt.size()), static_cast<int>(rounds),
                                       EVP_sha1(), static_cast<int>(made.size()), made.data());
    if (done != 1) return fail(HashFault::no_memory);
    return equal_in_constant_time({reinterpret_cast<const char*>(made.data()), made.size()},
                                  stored);
}

Result<bool, HashFault> argon2i_verify(std::string_view stored, std::string_view password) {
    static const bool started = sodium_init() >= 0;
    INVARIANT(started, "libsodium starts");
    const std::string terminated{stored};
    errno = 0;
    if (crypto_pwhash_argon2i_str_verify(terminated.c_str(), password.data(), password.size()) ==
        0) {
        return true;
    }
    if (errno == EINVAL) return false;  // as in argon2id_verify
    return fail(errno == ENOMEM ? HashFault::no_memory : HashFault::unusable);
}

}  // namespace signet::crypto
