// SCRAM as a client (RFC 5802, RFC 7677): see mechanism_scram.cc for the other side.
//
// The server proves in turn that it knows the account, so one that only pretends to be the smart
// host is found out before anything is sent to it; and it learns nothing with which it could sign
// in elsewhere, if the iteration count is high and the password is good.
#include "base/invariant.h"
#include "sasl/client.h"
#include "sasl/scram_keys.h"
#include "sasl/scram_messages.h"

#include <utility>

namespace signet::sasl {
namespace {

class ClientScram final : public ClientExchange {
public:
    ClientScram(crypto::Hash hash, bool binds, ClientStart start);
    std::optional<Secret> initial() override;
    Result<ClientAnswer, ClientFault> respond(std::string_view challenge) override;
    Secret salted(const Secret& salted_password) override;
    bool satisfied() const override { return std::holds_alternative<Proven>(state_); }

private:
    struct Begin {};
    struct AwaitServerFirst {};
    struct AwaitSalted {
        std::string server_first, nonce;
    };
    struct AwaitServerFinal {
        std::string signature;  // that it must give
    };
    struct Proven {};
    struct Spent {};

    Result<ClientAnswer, ClientFault> on_first(std::string_view message);
    Result<ClientAnswer, ClientFault> on_final(const AwaitServerFinal& turn,
                                               std::string_view message);

    crypto::Hash hash_;
    Secret password_;  // prepared
    std::string gs2_header_, bare_, nonce_;
    Secret binding_;  // empty unless bound
    std::variant<Begin, AwaitServerFirst, AwaitSalted, AwaitServerFinal, Proven, Spent> state_;
};

// RFC 5802 §6: who could bind, and was not offered to, says "y"; a server that did offer it then
// knows that somebody edited its offer.  Who does not bind for another reason says "n".
scram::BindingFlag flag_of(bool binds, const ClientStart& start) {
    if (binds) return scram::BindingFlag::used;
    const bool in_vain = start.binding && !start.binding_offered;
    return in_vain ? scram::BindingFlag::not_offered : scram::BindingFlag::not_wanted;
}

ClientScram::ClientScram(crypto::Hash hash, bool binds, ClientStart start)
    : hash_(hash),
      password_(scram::normalized(start.credentials.password)),
      gs2_header_(
          scram::gs2_header(flag_of(binds, start), start.binding ? start.binding->type : "")),
      bare_(scram::client_first_bare(start.credentials.user, start.nonce)),
      nonce_(std::move(start.nonce)) {
    INVARIANT(nonce_.size() >= 16, "a nonce of 16 octets cannot be guessed");
    INVARIANT(!binds || start.binding, "who binds has something to bind to");
    if (binds) binding_ = std::move(start.binding->octets);
}

std::optional<Secret> ClientScram::initial() {
    if (!std::holds_alternative<Begin>(state_)) return {};
    state_ = AwaitServerFirst{};
    return Secret{gs2_header_ + bare_};
}

Result<ClientAnswer, ClientFault> ClientScram::respond(std::string_view challenge) {
    auto turn = std::exchange(state_, Spent{});  // a step that fails is never retried
    if (std::holds_alternative<AwaitServerFirst>(turn)) return on_first(challenge);
    const auto* last = std::get_if<AwaitServerFinal>(&turn);
    if (!last) return fail(ClientFault::out_of_turn);
    return on_final(*last, challenge);
}

// RFC 5802 §5.1: the client MUST verify that the initial part of the nonce is the one it sent. Else
// what the server says could be a record of another exchange.
Result<ClientAnswer, ClientFault> ClientScram::on_first(std::string_view message) {
    auto first = scram::parse_server_first(message);
    if (!first) return fail(ClientFault::malformed);
    if (!first->nonce.starts_with(nonce_) || first->nonce.size() == nonce_.size()) {
        return fail(ClientFault::not_proven);
    }
    if (first->iterations < scram::kFewestIterations ||
        first->iterations > SaltPassword::kMostIterations) {
        return fail(ClientFault::iterations);
    }
    state_ = AwaitSalted{std::string{message}, std::move(first->nonce)};
    return SaltPassword{hash_, std::move(password_), std::move(first->salt),
                        static_cast<unsigned>(first->iterations)};
}

Secret ClientScram::salted(const Secret& salted_password) {
    auto turn = std::exchange(state_, Spent{});
    auto* waiting = std::get_if<AwaitSalted>(&turn);
    INVARIANT(waiting != nullptr, "only who wanted a salted password gets one");
    const auto keys = scram::keys_of(hash_, salted_password);
    const auto unproven =
        scram::without_proof(gs2_header_ + std::string{binding_.reveal()}, waiting->nonce);
    const auto auth_message = bare_ + "," + waiting->server_first + "," + unproven;
    const auto proof =
        scram::unmask(hash_, keys.stored_key, auth_message, keys.client_key.reveal());
    state_ = AwaitServerFinal{crypto::hmac(hash_, keys.server_key, auth_message)};
    return Secret{scram::client_final(unproven, proof.reveal())};
}

// RFC 4954 §4: a server's last word comes as a challenge, which is answered with nothing.
Result<ClientAnswer, ClientFault> ClientScram::on_final(const AwaitServerFinal& turn,
                                                        std::string_view message) {
    const auto said = scram::parse_server_final(message);
    if (!said) return fail(ClientFault::malformed);
    if (said->signature.empty()) return fail(ClientFault::refused);
    if (!crypto::equal_in_constant_time(said->signature, turn.signature)) {
        return fail(ClientFault::not_proven);
    }
    state_ = Proven{};
    return Secret{};
}

}  // namespace

std::unique_ptr<ClientExchange> begin_client_scram(crypto::Hash hash, bool binds,
                                                   ClientStart start) {
    return std::make_unique<ClientScram>(hash, binds, std::move(start));
}

}  // namespace signet::sasl
