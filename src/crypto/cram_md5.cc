// MD5 is asked for its inner state, which the interface of libcrypto that is not deprecated hides.
#define OPENSSL_SUPPRESS_DEPRECATED
#include "crypto/cram_md5.h"

#include "base/invariant.h"

#include <openssl/crypto.h>
#include <openssl/md5.h>

#include <array>
#include <cstdint>

namespace signet::crypto {
namespace {

using Word = std::uint32_t;  // of MD5
static_assert(kMd5Size == MD5_DIGEST_LENGTH);
constexpr std::size_t kBlock = MD5_CBLOCK;
constexpr char kInner = 0x36, kOuter = 0x5C;  // RFC 2104 §2

void must(bool done) { INVARIANT(done, "libcrypto computes MD5"); }

struct Md5 {
    Md5() { must(MD5_Init(&state) == 1); }
    Md5(const Md5&) = delete;
    Md5& operator=(const Md5&) = delete;
    ~Md5() { OPENSSL_cleanse(&state, sizeof state); }

    void take(std::string_view octets) {
        must(MD5_Update(&state, octets.data(), octets.size()) == 1);
    }
    std::string finish() {
        std::string digest(kMd5Size, '\0');
        must(MD5_Final(reinterpret_cast<unsigned char*>(digest.data()), &state) == 1);
        return digest;
    }
    MD5_CTX state{};
};

void put(std::string& out, std::size_t at, Word word) {
    for (std::size_t i = 0; i < 4; ++i) out[at + i] = static_cast<char>(word >> (8 * i));
}
Word get(std::string_view in, std::size_t at) {
    Word word = 0;
    for (std::size_t i = 0; i < 4; ++i) {
        word |= Word{static_cast<unsigned char>(in[at + i])} << (8 * i);
    }
    return word;
}

// The state after one whole block is four words and a length.
void save(std::string& out, std::size_t at, std::string_view key, char pad) {
    std::string block(kBlock, '\0');
    for (std::size_t i = 0; i < key.size(); ++i) block[i] = key[i];
    for (char& c : block) c = static_cast<char>(c ^ pad);
    Md5 md5;
    md5.take(block);
    OPENSSL_cleanse(block.data(), block.size());
    const std::array words{md5.state.A, md5.state.B, md5.state.C, md5.state.D};
    for (std::size_t i = 0; i < words.size(); ++i) put(out, at + 4 * i, words[i]);
}

void load(Md5& md5, std::string_view key, std::size_t at) {
    md5.state.A = get(key, at);
    md5.state.B = get(key, at + 4);
    md5.state.C = get(key, at + 8);
    md5.state.D = get(key, at + 12);
    md5.state.Nl = kBlock * 8;  // bits taken so far
}

}  // namespace

Secret cram_md5_key(std::string_view password) {
    std::string hashed;
    if (password.size() > kBlock) {  // RFC 2104 §2: a longer key is hashed first
        Md5 md5;
        md5.take(password);
        hashed = md5.finish();
        password = hashed;
    }
    std::string key(kCramMd5KeySize, '\0');
    save(key, 0, password, kOuter);
    save(key, kMd5Size, password, kInner);
    OPENSSL_cleanse(hashed.data(), hashed.size());
    return Secret{std::move(key)};
}

std::string cram_md5(const Secret& key, std::string_view challenge) {
    INVARIANT(key.size() == kCramMd5KeySize, "a key of CRAM-MD5 is two states of MD5");
    Md5 inner, outer;
    load(inner, key.reveal(), kMd5Size);
    inner.take(challenge);
    load(outer, key.reveal(), 0);
    outer.take(inner.finish());
    return outer.finish();
}

}  // namespace signet::crypto
