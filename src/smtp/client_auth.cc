#include "smtp/client_auth.h"

#include "base/base64.h"
#include "base/invariant.h"

#include <utility>

namespace signet::smtp {
namespace {

using Fault = sasl::ClientFault;

constexpr std::size_t kLineOctets = 12'288;  // RFC 4954 §4, with CRLF
constexpr std::size_t kCommandOctets = 512;  // RFC 5321 §4.5.3.1.4, with CRLF

// A line in which a secret travels, without a copy of it left behind.
Secret secret_line(std::string_view command, const Secret& octets) {
    auto encoded = base64(octets.reveal());
    std::string line;
    line.reserve(command.size() + encoded.size() + 2);  // it must not grow, and so be left behind
    line += command;
    line += encoded;
    line += "\r\n";
    wipe(encoded);
    INVARIANT(line.size() <= kLineOctets, "usable credentials fit an AUTH line");
    return Secret{std::move(line)};
}

std::string words_for(Fault fault, const std::string& mechanism) {
    switch (fault) {
    case Fault::out_of_turn: return "the next hop asked for more than AUTH has to say";
    case Fault::malformed: return "the next hop does not keep to " + mechanism;
    case Fault::iterations:
        return "the next hop asks for fewer rounds of " + mechanism +
               " than are safe, or more than are computed here";
    case Fault::refused:
        return "the next hop refused our proof by " + mechanism + ": user or password may be wrong";
    case Fault::not_proven:
        return "the next hop did not prove that it knows the password, so it may be another than "
               "it says; nothing was sent";
    }
    std::unreachable();
}

}  // namespace

AuthStep ClientAuth::begin(sasl::ClientCredentials credentials, std::string nonce,
                           std::span<const std::string> offered) {
    const auto* mechanism = sasl::choose_client_mechanism({.offered = offered,
                                                           .allowed = credentials.mechanisms,
                                                           .can_bind = binding_.has_value(),
                                                           .token = credentials.token});
    const char* unsendable = credentials.token ? "the user name or access token cannot be sent"
                                               : "the user name or password cannot be sent";
    const char* unoffered =
        credentials.token ? "the next hop offers no AUTH mechanism for access tokens that may "
                            "be used"
                          : "the next hop offers no AUTH mechanism that may be used";
    const char* lacking = !mechanism ? unoffered : !credentials.usable() ? unsendable : nullptr;
    if (lacking) return AuthFailed{AuthFailed::Kind::unavailable, lacking};
    mechanism_ = mechanism->name;
    exchange_ = mechanism->begin({.credentials = std::move(credentials),
                                  .nonce = std::move(nonce),
                                  .binding = std::exchange(binding_, {}),
                                  .binding_offered = sasl::any_binds(offered)});
    auto command = "AUTH " + mechanism_;
    auto initial = exchange_->initial();
    if (initial) {
        auto line = secret_line(command + " ", *initial);
        if (line.size() <= kCommandOctets) return AuthSay{std::move(line)};
        // RFC 4954 §4: then the client MUST NOT use the initial response parameter, and the server
        // asks for it by an empty challenge.
        held_back_ = std::move(initial);
    }
    return AuthSay{Secret{command + "\r\n"}, /*is_secret=*/false};
}

AuthStep ClientAuth::on_reply(const Reply& reply, bool glued) {
    if (reply.code >= 200 && reply.code < 300) {  // 235 (RFC 4954 §4)
        if (!exchange_->satisfied()) return failed(Fault::not_proven);
        exchange_.reset();
        return AuthGranted{};
    }
    // Whether the password is wrong or the server is ill: the message is not to blame.
    if (!reply.positive()) return AuthRefused{};
    if (glued) return failed(Fault::out_of_turn);
    return on_challenge(reply);
}

AuthStep ClientAuth::on_challenge(const Reply& reply) {
    const auto challenge = unbase64(reply.lines.front());
    if (!challenge || reply.code != 334 || reply.lines.size() != 1) {
        return failed(Fault::out_of_turn);
    }
    if (const auto first = std::exchange(held_back_, {})) {
        if (!challenge->empty()) return failed(Fault::malformed);
        return AuthSay{secret_line({}, *first)};
    }
    auto answer = exchange_->respond(*challenge);
    if (!answer) return failed(answer.error());
    if (auto* wanted = std::get_if<sasl::SaltPassword>(&*answer)) return std::move(*wanted);
    return AuthSay{secret_line({}, std::get<Secret>(*answer))};
}

AuthSay ClientAuth::salted(const Secret& password) {
    return {secret_line({}, exchange_->salted(password))};
}

AuthFailed ClientAuth::failed(Fault fault) const {
    const bool unproven = fault == Fault::not_proven;
    return {unproven ? AuthFailed::Kind::unproven : AuthFailed::Kind::refused,
            words_for(fault, mechanism_)};
}

}  // namespace signet::smtp
