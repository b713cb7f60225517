#include "oauth/jwk.h"

#include "base/base64.h"
#include "oauth/token_fault.h"

#include <algorithm>
#include <utility>

namespace signet::oauth {
namespace {

using crypto::KeyFault;
using crypto::PublicKey;
using MadeKey = Result<PublicKey, KeyFault>;

// The most of one number, in base64url: RSA with 8192 bits, and a few zeros in front.
constexpr std::size_t kNumberText = 1'400;

// A number or a coordinate; empty where it is missing or of another form, which makes no key.
std::string octets(const Json& key, std::string_view name) {
    const auto text = text_of(key, name);
    if (text.size() > kNumberText) return {};
    return unbase64url(text).value_or(std::string{});
}

MadeKey rsa(const Json& key) { return PublicKey::rsa(octets(key, "n"), octets(key, "e")); }
MadeKey p256(const Json& key) {
    return PublicKey::ec(crypto::Curve::p256, octets(key, "x"), octets(key, "y"));
}
MadeKey p384(const Json& key) {
    return PublicKey::ec(crypto::Curve::p384, octets(key, "x"), octets(key, "y"));
}
MadeKey ed25519(const Json& key) { return PublicKey::ed25519(octets(key, "x")); }

// RFC 7518 §6.1 and RFC 8037 §2.
struct Kind {
    std::string_view kty, crv;
    MadeKey (*make)(const Json& key);
};
constexpr Kind kKinds[] = {
    {"RSA", "", rsa},
    {"EC", "P-256", p256},
    {"EC", "P-384", p384},
    {"OKP", "Ed25519", ed25519},
};

std::string sentence(KeyFault fault) {
    switch (fault) {
    case KeyFault::weak: return "is too weak: RSA needs 2048 bits, and primes drawn at random";
    case KeyFault::too_long: return "is longer than RSA with 8192 bits";
    case KeyFault::numbers: return "lacks a number, or has one that makes no key";
    }
    std::unreachable();
}

// What is wrong with it whatever its numbers are; empty: nothing.
std::string objection(const Json& key) {
    // RFC 7518 §6.2.2, §6.3.2 and §6.4.1: members that only its owner may know.
    for (const auto* secret : {"d", "p", "q", "dp", "dq", "qi", "oth", "k"}) {
        if (key.find(secret)) return "is a private or symmetric one, which everybody now knows";
    }
    // RFC 7517 §4.2 and §4.3.
    if (const auto* use = key.find("use"); use && text_of(key, "use") != "sig") {
        return "is not for signatures (use)";
    }
    if (const auto* operations = key.find("key_ops")) {
        const auto all = texts_of(*operations);
        if (!all || std::ranges::find(*all, "verify") == all->end()) {
            return "is not for verifying (key_ops)";
        }
    }
    if (text_of(key, "kid").size() > kKeyIdOctets) return "has a name that is too long";
    if (const auto* kid = key.find("kid"); kid && !kid->text()) return "has a name that is no text";
    return {};
}

Result<Jwk, std::string> read_key(const Json& key) {
    if (!key.object()) return fail(std::string{"is no object"});
    if (auto why = objection(key); !why.empty()) return fail(std::move(why));

    const auto kty = text_of(key, "kty"), crv = text_of(key, "crv");
    const auto* const kind = std::ranges::find_if(kKinds, [&](const Kind& one) {
        return one.kty == kty && (one.crv.empty() || one.crv == crv);
    });
    if (kind == std::end(kKinds)) {
        return fail("is of a kind that is not taken: " + shown(crv.empty() ? kty : crv));
    }
    auto made = kind->make(key);
    if (!made) return fail(sentence(made.error()));

    Jwk read{.key_id = text_of(key, "kid"), .algorithm = {}, .key = std::move(*made)};
    if (key.find("alg")) {
        read.algorithm = crypto::signature_algorithm(text_of(key, "alg"));
        if (!read.algorithm || !read.key.fits(*read.algorithm)) {
            return fail("is for an algorithm that is not taken: " + shown(text_of(key, "alg")));
        }
    }
    return read;
}

}  // namespace

Result<KeySet, std::string> read_key_set(std::string_view json) {
    const auto document = read_json(json, {.octets = kKeySetOctets, .depth = 8, .values = 8'192});
    if (!document) {
        return fail("The key set is no JSON that is taken: " + std::string{name(document.error())} +
                    ".");
    }
    const auto* member = document->find("keys");  // RFC 7517 §5.1
    const auto* keys = member ? member->array() : nullptr;
    if (!keys) return fail(std::string{"The document has no array \"keys\": it is no key set."});
    if (keys->size() > kMostKeys) {
        return fail("The key set has more than " + std::to_string(kMostKeys) + " keys.");
    }
    KeySet set;
    for (const auto& key : *keys) {
        if (auto read = read_key(key)) {
            set.keys.push_back(std::move(*read));
        } else {
            set.skipped.push_back({text_of(key, "kid"), read.error()});
        }
    }
    return set;
}

const Jwk* choose_key(const KeySet& set, std::string_view key_id,
                      crypto::SignatureAlgorithm algorithm) {
    const Jwk* chosen = nullptr;
    for (const auto& one : set.keys) {
        if (!key_id.empty() && one.key_id != key_id) continue;
        if (one.algorithm.value_or(algorithm) != algorithm || !one.key.fits(algorithm)) continue;
        if (chosen) return nullptr;
        chosen = &one;
    }
    return chosen;
}

}  // namespace signet::oauth
