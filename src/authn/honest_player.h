// For tests: a client of any mechanism that Signet has, as its owner would use it.
#pragma once

#include "sasl/mechanism.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace signet::authn {

// What an exchange may be tied to.
struct Place {
    std::string nonce = "server-nonce-of-24-octet", exporter = std::string(32, 'e');
    std::string card = {};  // the certificate of the TLS client, DER
    bool operator==(const Place&) const = default;
};

struct Secrets {
    std::string password, token, card;
};

// The client's side of one exchange.
class Player {
public:
    virtual ~Player() = default;
    virtual std::optional<std::string> initial() = 0;
    virtual std::optional<std::string> answer(std::string_view challenge) = 0;
};

// Null: there is none for that mechanism, or these secrets are none that its client would show.
std::unique_ptr<Player> player_for(const sasl::Mechanism& mechanism, const std::string& user,
                                   const Secrets& secrets, const Place& place);

}  // namespace signet::authn
