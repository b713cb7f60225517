// SCRAM (RFC 5802, RFC 7677 and, for SHA-512, draft-melnikov-scram-sha-512): the client proves that
// it knows the password without showing it, and the server that it knows the account.
//
//   C: client-first   who it is, a nonce of its own, and whether it ties the exchange to TLS
//   S: server-first   both nonces, the account's salt and rounds (a decoy's, if there is none)
//   C: client-final   the TLS binding, both nonces, and the proof over all three messages
//   S: server-final   the server's signature over them
//
// What was said before TLS or in another exchange proves nothing here: the server's nonce is fresh,
// and with "-PLUS" the octets of "c=" are those of this very connection (RFC 9266; RFC 5929 §3 for
// clients that know no better on TLS 1.2), so nobody can stand in between.
#include "base/invariant.h"
#include "sasl/mechanism.h"
#include "sasl/scram_messages.h"

#include <utility>

namespace signet::sasl {
namespace {

class Scram final : public Exchange {
public:
    Scram(ProofKind kind, bool binds, Setting setting)
        : kind_(kind),
          hash_(scram_hash(kind).value()),
          binds_(binds),
          setting_(std::move(setting)) {
        INVARIANT(setting_.server_nonce.size() >= 16, "a nonce of 16 octets cannot be guessed");
    }
    Step resume(ClientMessage message) override;
    Step resume(Checked) override {
        state_ = Spent{};
        return Denied{Reason::out_of_turn};
    }
    Step resume(SaltFound found) override;
    Step resume(ProofChecked checked) override;

private:
    struct AwaitFirst {
        bool prompted;
    };  // a variant begins it with false
    struct AwaitSalt {
        scram::ClientFirst first;
    };
    struct AwaitFinal {
        scram::ClientFirst first;
        std::string server_first;
    };
    struct AwaitCheck {
        Identity identity;
    };
    struct Spent {};

    Step on_first(const ClientMessage& message, bool prompted);
    Step on_final(AwaitFinal turn, std::string_view message);
    bool may_bind_so(const scram::ClientFirst& first) const;
    const std::optional<Secret>* binding_of(const scram::ClientFirst& first) const;

    ProofKind kind_;
    crypto::Hash hash_;
    bool binds_;
    Setting setting_;
    std::variant<AwaitFirst, AwaitSalt, AwaitFinal, AwaitCheck, Spent> state_;
};

Step Scram::resume(ClientMessage message) {
    auto turn = std::exchange(state_, Spent{});  // a step that fails is never retried
    if (const auto* first = std::get_if<AwaitFirst>(&turn)) {
        return on_first(message, first->prompted);
    }
    auto* last = std::get_if<AwaitFinal>(&turn);
    if (!last || !message.octets) return Denied{Reason::out_of_turn};
    return on_final(std::move(*last), message.octets->reveal());
}

Step Scram::on_first(const ClientMessage& message, bool prompted) {
    if (!message.octets) {
        if (prompted) return Denied{Reason::out_of_turn};
        state_ = AwaitFirst{.prompted = true};
        return Challenge{};  // RFC 4954 §4: without initial response, an empty 334 asks for it
    }
    auto first = scram::parse_client_first(message.octets->reveal());
    if (!first) return Denied{Reason::malformed};
    if (!may_bind_so(*first)) return Denied{Reason::channel_binding, std::move(first->authcid)};
    LookUpSalt wanted{first->authcid, kind_};
    state_ = AwaitSalt{std::move(*first)};
    return wanted;
}

// Null: of a kind that nobody has.
const std::optional<Secret>* Scram::binding_of(const scram::ClientFirst& first) const {
    if (first.binding == "tls-exporter") return &setting_.tls_exporter;
    if (first.binding == "tls-unique") return &setting_.tls_unique;
    return nullptr;
}

// RFC 5802 §6: "-PLUS" and "p=" go together.  "y" says that we offered no such mechanism: if we
// did, somebody edited our EHLO reply.
bool Scram::may_bind_so(const scram::ClientFirst& first) const {
    switch (first.flag) {
    case scram::BindingFlag::not_wanted: return !binds_;
    case scram::BindingFlag::not_offered: return !binds_ && !setting_.binding_offered;
    case scram::BindingFlag::used: {
        const auto* data = binding_of(first);
        return binds_ && data != nullptr && data->has_value();
    }
    }
    std::unreachable();
}

Step Scram::resume(SaltFound found) {
    auto turn = std::exchange(state_, Spent{});
    auto* waiting = std::get_if<AwaitSalt>(&turn);
    if (!waiting) return Denied{Reason::out_of_turn};
    auto said = scram::server_first(waiting->first.nonce + setting_.server_nonce, found.salt,
                                    found.iterations);
    state_ = AwaitFinal{std::move(waiting->first), said};
    return Challenge{std::move(said)};
}

Step Scram::on_final(AwaitFinal turn, std::string_view message) {
    auto& first = turn.first;
    auto last = scram::parse_client_final(message);
    if (!last || last->nonce != first.nonce + setting_.server_nonce ||
        last->proof.size() != crypto::digest_size(hash_)) {
        return Denied{Reason::malformed, std::move(first.authcid)};
    }
    // RFC 5802 §6: c= repeats the gs2-header, then the TLS binding if "p=" promised one.
    std::string promised = first.gs2_header;
    if (first.flag == scram::BindingFlag::used) promised += (*binding_of(first))->reveal();
    if (!crypto::equal_in_constant_time(last->binding_input, promised)) {
        return Denied{Reason::channel_binding, std::move(first.authcid)};
    }
    // RFC 5802 §3: AuthMessage = client-first-message-bare "," server-first-message ","
    //                            client-final-message-without-proof
    auto auth_message = first.bare + "," + turn.server_first + "," + last->without_proof;
    Identity identity{std::move(first.authcid), std::move(first.authzid)};
    state_ = AwaitCheck{identity};
    return CheckProof{std::move(identity), kind_, std::move(auth_message), std::move(last->proof)};
}

Step Scram::resume(ProofChecked checked) {
    auto turn = std::exchange(state_, Spent{});
    auto* waiting = std::get_if<AwaitCheck>(&turn);
    if (!waiting) return Denied{Reason::out_of_turn};
    if (!checked.granted) {
        return Denied{Reason::credentials, std::move(waiting->identity.authcid)};
    }
    return Granted{std::move(waiting->identity), scram::server_final(checked.server_signature)};
}

}  // namespace

std::unique_ptr<Exchange> begin_scram(ProofKind kind, bool binds, Setting setting) {
    return std::make_unique<Scram>(kind, binds, std::move(setting));
}

}  // namespace signet::sasl
