#include "identity/app_passwords.h"

#include "base/text.h"
#include "crypto/digest.h"

#include <array>

namespace signet::identity {
namespace {

constexpr std::size_t kLetters = 24, kGroup = 4;
constexpr std::size_t kLongestPresented = 128;  // octets, with whatever somebody put between

// The letters alone; empty if it is no app password.
Secret letters_of(std::string_view presented) {
    if (presented.size() > kLongestPresented) return {};
    std::string letters;
    letters.reserve(kLetters + 1);  // a string that grows leaves copies behind
    for (const char c : presented) {
        if (c == '-' || c == ' ') continue;
        if (!is_alpha(c) || letters.size() == kLetters) return {};
        letters += lower(std::string_view{&c, 1});
    }
    Secret whole{std::move(letters)};
    if (whole.size() != kLetters) return {};
    return whole;
}

}  // namespace

Secret make_app_password(Entropy& entropy) {
    constexpr std::size_t kSize = kLetters + kLetters / kGroup - 1;
    std::string text;
    text.reserve(kSize);
    while (text.size() < kSize) {
        if (text.size() % (kGroup + 1) == kGroup) {
            text += '-';
            continue;
        }
        std::array<std::uint8_t, 1> octet{};
        entropy.fill(octet);
        constexpr std::uint8_t kFair = 256 / 26 * 26;  // beyond it some letters would be likelier
        if (octet[0] < kFair) text += static_cast<char>('a' + octet[0] % 26);
    }
    return Secret{std::move(text)};
}

std::string AppPasswords::digest(std::string_view account, const Secret& presented) const {
    const auto letters = letters_of(presented.reveal());
    if (letters.empty()) return {};
    std::string fields;
    fields.reserve(account.size() + 1 + letters.size());
    ((fields += account) += '\0') += letters.reveal();
    const Secret whole{std::move(fields)};
    return hex(crypto::hmac_sha256(key_.reveal(), whole.reveal()));
}

}  // namespace signet::identity
