#include "sasl/scram_keys.h"

#include "base/invariant.h"
#include "precis/precis.h"

#include <utility>

namespace signet::sasl::scram {

Secret normalized(const Secret& password) {
    for (const auto prepare : {precis::saslprep, precis::opaque_string}) {
        if (auto prepared = prepare(password.reveal())) return Secret{std::move(*prepared)};
    }
    return password.clone();
}

Keys keys_of(crypto::Hash hash, const Secret& salted_password) {
    Secret client_key{crypto::hmac(hash, salted_password.reveal(), "Client Key")};
    auto stored_key = crypto::digest(hash, client_key.reveal());
    return {.client_key = std::move(client_key),
            .stored_key = std::move(stored_key),
            .server_key = crypto::hmac(hash, salted_password.reveal(), "Server Key")};
}

Secret unmask(crypto::Hash hash, std::string_view stored_key, std::string_view auth_message,
              std::string_view octets) {
    auto mask = crypto::hmac(hash, stored_key, auth_message);
    INVARIANT(mask.size() == octets.size(), "a key and a proof are as long as a digest");
    for (std::size_t i = 0; i < mask.size(); ++i) mask[i] = static_cast<char>(mask[i] ^ octets[i]);
    return Secret{std::move(mask)};
}

}  // namespace signet::sasl::scram
