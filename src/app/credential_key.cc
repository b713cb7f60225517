#include "app/credential_key.h"

#include "app/files.h"
#include "app/load_settings.h"
#include "base/text.h"

#include <utility>

namespace signet::app {
namespace {

using KeyResult = Result<Secret, std::string>;

KeyResult decoded(std::string_view text, const std::string& place) {
    auto octets = unhex(text);
    if (octets && octets->size() == crypto::kSealKeySize) return Secret{std::move(*octets)};
    if (octets) wipe(*octets);
    return fail("the credential key " + place + " is not 64 hexadecimal digits");
}

KeyResult made(const std::string& path, Entropy& entropy) {
    std::string octets(crypto::kSealKeySize, '\0');
    entropy.fill({reinterpret_cast<std::uint8_t*>(octets.data()), octets.size()});
    Secret key{std::move(octets)};
    auto line = hex(key.reveal()) + '\n';
    auto written = write_file(path, line, 0600);
    wipe(line);
    if (!written) return fail(std::move(written.error()));
    return key;
}

KeyResult from_file(const std::string& path, Entropy& entropy, bool may_make) {
    auto content = read_file(path);
    if (!content) return fail(std::move(content.error()));
    if (*content) {
        const Secret text{std::move(**content)};
        return decoded(trim(text.reveal(), "\r\n"), "in " + path);
    }
    if (may_make) return made(path, entropy);
    return fail("its credentials are sealed, and the key that opens them is not at " + path +
                "; bring it back from where it was copied to: no other key opens them");
}

}  // namespace

store::KeySource credential_key_source(const settings::StorageSettings& settings, Entropy& entropy,
                                       MissingKey missing) {
    const auto path = settings.path + "/credential-key";
    // SecretSource may hold a secret and does not copy: only the place is kept.
    if (settings.credential_key.empty()) {
        return [path, &entropy, missing](store::KeyNeed need) {
            return from_file(path, entropy,
                             missing == MissingKey::make && need == store::KeyNeed::may_be_made);
        };
    }
    return [&source = settings.credential_key](store::KeyNeed) -> KeyResult {
        auto text = read_secret(source);
        if (!text) return fail("the credential key: " + text.error());
        return decoded(text->reveal(), "of storage.credential_key");
    };
}

}  // namespace signet::app
