// A key set of any octets: what is taken can verify with the algorithm that it names and no other,
// and each key that is passed over has its reason.
#include "check.h"
#include "oauth/jwk.h"

#include <cstdint>

using namespace signet;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view input{reinterpret_cast<const char*>(data), size};
    const auto set = oauth::read_key_set(input);
    if (!set) {
        CHECK(set.error().ends_with("."));
        return 0;
    }
    CHECK(set->keys.size() + set->skipped.size() <= oauth::kMostKeys);
    for (const auto& skipped : set->skipped) CHECK(!skipped.why.empty());
    for (const auto& key : set->keys) {
        CHECK(key.key_id.size() <= oauth::kKeyIdOctets);
        CHECK(!key.algorithm || key.key.fits(*key.algorithm));
        for (const auto algorithm : crypto::kSignatureAlgorithms) {
            CHECK(!key.key.verify(algorithm, "text", std::string(64, '\0')));
            const auto* chosen = oauth::choose_key(*set, key.key_id, algorithm);
            if (chosen) CHECK(chosen->key.fits(algorithm));
        }
    }
    return 0;
}
