#include "sasl/scram_player.h"

#include "base/base64.h"
#include "base/text.h"

#include <utility>

namespace signet::sasl {
namespace {

std::string part(std::string_view message, char letter) {
    for (const auto one : split(message, ',')) {
        if (one.size() > 2 && one[0] == letter && one[1] == '=') return std::string{one.substr(2)};
    }
    return {};
}

}  // namespace

ScramPlayer::ScramPlayer(std::string user, std::string password, std::string flag,
                         std::string binding)
    : user_(std::move(user)),
      password_(std::move(password)),
      flag_(std::move(flag)),
      binding_(std::move(binding)) {}

std::string ScramPlayer::header() const { return flag_ + "," + authzid + ","; }

std::string ScramPlayer::first() const { return header() + "n=" + user_ + ",r=" + nonce; }

std::string ScramPlayer::last(std::string_view server_first) {
    const auto salt = unbase64(part(server_first, 's')).value_or("");
    const auto rounds = parse_unsigned(part(server_first, 'i')).value_or(1);
    const auto salted = crypto::pbkdf2(hash, password_, salt, static_cast<unsigned>(rounds));
    const auto without_proof = "c=" + base64(header() + binding_) + ",r=" + part(server_first, 'r');
    const auto auth_message =
        "n=" + user_ + ",r=" + nonce + "," + std::string{server_first} + "," + without_proof;
    const auto client_key = crypto::hmac(hash, salted.reveal(), "Client Key");
    auto proof = crypto::hmac(hash, crypto::digest(hash, client_key), auth_message);
    for (std::size_t i = 0; i < proof.size(); ++i) {
        proof[i] = static_cast<char>(proof[i] ^ client_key[i]);
    }
    signature_ =
        crypto::hmac(hash, crypto::hmac(hash, salted.reveal(), "Server Key"), auth_message);
    return without_proof + ",p=" + base64(proof);
}

bool ScramPlayer::trusts(std::string_view server_final) const {
    return server_final == "v=" + base64(signature_);
}

}  // namespace signet::sasl
