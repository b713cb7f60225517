#include "audit/redact.h"

#include "base/text.h"
#include "crypto/digest.h"

#include <utility>

namespace signet::audit {
namespace {

constexpr std::size_t kShown = 2;         // characters
constexpr std::size_t kDigestOctets = 8;  // 64 bits: enough to tell names apart
constexpr std::size_t kLongest = 4;       // octets of a character in UTF-8

// Characters, not octets: half of one would be broken UTF-8.
std::string first_characters(std::string_view text) {
    const auto clean = sanitised(text.substr(0, kShown * kLongest), kShown * kLongest);
    std::size_t end = 0;
    for (std::size_t shown = 0; end < clean.size(); ++end) {
        const bool begins = (static_cast<unsigned char>(clean[end]) & 0xC0) != 0x80;
        if (begins && shown++ == kShown) break;
    }
    return clean.substr(0, end);
}

}  // namespace

Redactor::Redactor(Secret key, UnknownUsers unknown_users)
    : key_(std::move(key)), unknown_users_(unknown_users) {}

std::string Redactor::redacted(std::string_view presented) const {
    if (presented.empty()) return {};
    const auto digest = crypto::hmac_sha256(key_.reveal(), presented);
    return first_characters(presented) + "*" + hex(digest.substr(0, kDigestOctets));
}

void Redactor::apply(Event& event) const {
    if (unknown_users_ == UnknownUsers::full) return;
    if (!event.event.starts_with("auth.") || !event.account_name.empty()) return;
    event.user_name = redacted(event.user_name);
    event.authzid = redacted(event.authzid);
}

}  // namespace signet::audit
