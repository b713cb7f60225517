#include "smtp/accept_scram.h"

#include "base/base64.h"
#include "sasl/scram_keys.h"
#include "smtp/accept_all.h"

namespace signet::smtp {
namespace {

constexpr std::string_view kSalt = "a salt of the site";
constexpr unsigned kIterations = 4'096;

sasl::scram::Keys keys_of(crypto::Hash hash) {
    return sasl::scram::keys_of(hash,
                                crypto::pbkdf2(hash, AcceptAll::kPassword, kSalt, kIterations));
}

Reply refused() { return reply(535, {5, 7, 8}, "Authentication credentials invalid"); }

}  // namespace

Reply AcceptScram::begin(const sasl::Mechanism& mechanism, std::optional<Secret> initial) {
    sasl::Setting setting{.server_nonce = "a-nonce-of-the-server", .binding_offered = binds()};
    if (binds()) setting.tls_exporter = Secret::copy_of(exporter_);
    exchange_ = mechanism.begin(std::move(setting));
    proven_ = false;
    return go_on(std::move(initial));
}

sasl::Step AcceptScram::check(const sasl::CheckProof& asked) {
    const auto hash = sasl::scram_hash(asked.kind).value();
    const auto keys = keys_of(hash);
    const auto client_key =
        sasl::scram::unmask(hash, keys.stored_key, asked.auth_message, asked.proof);
    if (asked.identity.authcid != AcceptAll::kUser ||
        crypto::digest(hash, client_key.reveal()) != keys.stored_key) {
        return exchange_->resume(sasl::ProofChecked{});
    }
    return exchange_->resume(
        sasl::ProofChecked{true, crypto::hmac(hash, keys.server_key, asked.auth_message)});
}

Reply AcceptScram::go_on(std::optional<Secret> response) {
    if (proven_) {
        if (!response || !response->empty()) return refused();
        return reply(235, {2, 7, 0}, "Authentication successful");
    }
    auto step = exchange_->resume(sasl::ClientMessage{std::move(response)});
    if (std::get_if<sasl::LookUpSalt>(&step)) {
        step = exchange_->resume(sasl::SaltFound{std::string{kSalt}, kIterations});
    } else if (const auto* asked = std::get_if<sasl::CheckProof>(&step)) {
        step = check(*asked);
    }
    if (const auto* said = std::get_if<sasl::Challenge>(&step)) {
        return reply(334, base64(said->octets));
    }
    const auto* granted = std::get_if<sasl::Granted>(&step);
    if (!granted) return refused();
    proven_ = true;
    return reply(334, base64(granted->octets));
}

}  // namespace signet::smtp
