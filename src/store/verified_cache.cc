#include "store/verified_cache.h"

#include "crypto/digest.h"
#include "crypto/draw_key.h"

namespace signet::store {
namespace {

// Eight octets, so that where one field ends and the next begins is never open to doubt.
void append_number(std::string& to, std::uint64_t number) {
    for (int shift = 56; shift >= 0; shift -= 8) to += static_cast<char>(number >> shift & 0xFF);
}

void append_field(std::string& to, std::string_view field) {
    append_number(to, field.size());
    to += field;
}

}  // namespace

VerifiedCache::VerifiedCache(const Clock& clock, Entropy& entropy, std::chrono::seconds life,
                             std::size_t entries)
    : clock_(clock), life_(life), limit_(entries), key_(crypto::draw_key(entropy)) {}

std::string VerifiedCache::key_of(const identity::Account& account, std::string_view hash,
                                  const Secret& password) const {
    std::string fields;
    // Reserved whole: a string that grows leaves copies of the password behind.
    fields.reserve(32 + account.name.size() + hash.size() + password.size());
    append_number(fields, account.revision);
    append_field(fields, account.name);
    append_field(fields, hash);
    append_field(fields, password.reveal());
    const Secret whole{std::move(fields)};
    return crypto::hmac_sha256(key_.reveal(), whole.reveal());
}

void VerifiedCache::drop_expired() {
    const auto now = clock_.steady();
    while (!by_age_.empty() && by_age_.front().until <= now) {
        keys_.erase(by_age_.front().key);
        by_age_.pop_front();
    }
}

bool VerifiedCache::holds(const identity::Account& account, std::string_view hash,
                          const Secret& password) {
    if (life_.count() == 0) return false;
    const auto key = key_of(account, hash, password);
    const std::lock_guard lock(mutex_);
    drop_expired();
    return keys_.contains(key);
}

void VerifiedCache::remember(const identity::Account& account, std::string_view hash,
                             const Secret& password) {
    if (life_.count() == 0 || limit_ == 0) return;
    auto key = key_of(account, hash, password);
    const std::lock_guard lock(mutex_);
    drop_expired();
    if (!keys_.insert(key).second) return;
    by_age_.push_back({std::move(key), clock_.steady() + life_});
    if (by_age_.size() > limit_) {
        keys_.erase(by_age_.front().key);
        by_age_.pop_front();
    }
}

std::size_t VerifiedCache::size() {
    const std::lock_guard lock(mutex_);
    drop_expired();
    return keys_.size();
}

}  // namespace signet::store
