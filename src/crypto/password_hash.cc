#include "crypto/password_hash.h"

#include "base/base64.h"
#include "base/invariant.h"
#include "base/secret.h"
#include "crypto/digest.h"

#include <crypt.h>
#include <sodium.h>

#include <array>
#include <cerrno>
#include <memory>
#include <utility>

namespace signet::crypto {
namespace {

constexpr std::size_t kSaltSize = crypto_pwhash_argon2id_SALTBYTES;  // 16
constexpr std::size_t kHashSize = 32;

void start_sodium() {
    static const bool started = sodium_init() >= 0;
    INVARIANT(started, "libsodium starts");
}

void check(Argon2idCost cost) {
    INVARIANT(cost.passes >= 1 && cost.passes <= 16, "Argon2id passes within 1 and 16");
    INVARIANT(cost.memory_octets >= 8u << 10 && cost.memory_octets <= 256u << 20 &&
                  cost.memory_octets % 1'024 == 0,
              "Argon2id memory within 8 KiB and 256 MiB, whole KiB");
}

// Base 64 without padding, as the PHC string format asks.
std::string phc_base64(const unsigned char* octets, std::size_t size) {
    auto text = base64({reinterpret_cast<const char*>(octets), size});
    text.erase(text.find_last_not_of('=') + 1);
    return text;
}

using Salt = std::array<unsigned char, kSaltSize>;
using Tag = std::array<unsigned char, kHashSize>;

std::string phc_string(Argon2idCost cost, const Salt& salt, const Tag& hash) {
    return "$argon2id$v=19$m=" + std::to_string(cost.memory_octets / 1'024) +
           ",t=" + std::to_string(cost.passes) + ",p=1$" + phc_base64(salt.data(), salt.size()) +
           "$" + phc_base64(hash.data(), hash.size());
}

// 32 KB that hold the password and everything made of it: one a thread, wiped after each use.
crypt_data& crypt_workspace() {
    thread_local const auto workspace = std::make_unique<crypt_data>();
    return *workspace;
}

}  // namespace

std::string_view name(HashFault fault) {
    switch (fault) {
    case HashFault::no_memory: return "no_memory";
    case HashFault::unusable: return "unusable";
    }
    std::unreachable();
}

Result<std::string, HashFault> argon2id_hash(std::string_view password, Argon2idCost cost,
                                             Entropy& entropy) {
    start_sodium();
    check(cost);
    Salt salt;
    Tag hash;
    entropy.fill(salt);
    // libsodium refuses for want of memory only: the limits of cost are narrower than its own.
    if (crypto_pwhash_argon2id(hash.data(), hash.size(), password.data(), password.size(),
                               salt.data(), cost.passes, cost.memory_octets,
                               crypto_pwhash_argon2id_ALG_ARGON2ID13) != 0) {
        return fail(HashFault::no_memory);
    }
    return phc_string(cost, salt, hash);
}

std::string argon2id_decoy(Argon2idCost cost, Entropy& entropy) {
    check(cost);
    Salt salt;
    Tag hash;
    entropy.fill(salt);
    entropy.fill(hash);
    return phc_string(cost, salt, hash);
}

Result<bool, HashFault> argon2id_verify(std::string_view stored, std::string_view password) {
    start_sodium();
    const std::string terminated{stored};
    errno = 0;
    if (crypto_pwhash_argon2id_str_verify(terminated.c_str(), password.data(), password.size()) ==
        0) {
        return true;
    }
    // EINVAL is the mark of a mismatch; a string it cannot read leaves errno alone.
    if (errno == EINVAL) return false;
    return fail(errno == ENOMEM ? HashFault::no_memory : HashFault::unusable);
}

Result<bool, HashFault> crypt3_verify(std::string_view stored, std::string_view password) {
    // crypt(3) reads C strings: "right\0tail" would pass for "right".
    if (password.find('\0') != std::string_view::npos) return false;
    if (password.size() >= CRYPT_MAX_PASSPHRASE_SIZE) return false;

    const std::string setting{stored};
    std::string phrase{password};  // ends in a NUL, which the view need not
    auto& workspace = crypt_workspace();
    errno = 0;
    const char* const computed = crypt_r(phrase.c_str(), setting.c_str(), &workspace);
    const int error = errno;
    const bool usable = computed != nullptr && computed[0] != '*';
    const bool right = usable && equal_in_constant_time(computed, stored);
    wipe(&workspace, sizeof workspace);
    wipe(phrase);

    if (!usable) return fail(error == ENOMEM ? HashFault::no_memory : HashFault::unusable);
    return right;
}

}  // namespace signet::crypto
