// AUTH within the client's conversation (RFC 4954): from what the server offers to its 235, over a
// sasl::ClientExchange.  Without input or output; part of ClientProtocol.
#pragma once

#include "base/secret.h"
#include "sasl/client.h"
#include "smtp/reply.h"

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <variant>

namespace signet::smtp {

struct AuthSay {
    Secret line;  // with CRLF
    bool is_secret = true;
};
struct AuthGranted {};
struct AuthRefused {};  // by the reply that was taken
struct AuthFailed {
    enum class Kind {
        unavailable,  // it cannot begin
        refused,      // the server does not keep to the mechanism, or refuses within it
        unproven,     // it did not prove that it knows the password
    } kind{};
    std::string why;
};
using AuthStep = std::variant<AuthSay, sasl::SaltPassword, AuthGranted, AuthRefused, AuthFailed>;

// Serves one connection, on which AUTH succeeds once at most.
class ClientAuth {
public:
    void bind(sasl::ClientBinding binding) { binding_ = std::move(binding); }
    // offered: by the server, inside this TLS connection.
    AuthStep begin(sasl::ClientCredentials credentials, std::string nonce,
                   std::span<const std::string> offered);
    // glued: octets were received behind the reply.
    AuthStep on_reply(const Reply& reply, bool glued);
    // REQUIRES: the last step was SaltPassword.
    AuthSay salted(const Secret& password);
    void drop() {  // the password, whatever comes
        exchange_.reset();
        held_back_.reset();
    }

    const std::string& mechanism() const { return mechanism_; }  // empty: none was begun

private:
    AuthStep on_challenge(const Reply& reply);
    AuthFailed failed(sasl::ClientFault fault) const;

    std::optional<sasl::ClientBinding> binding_;
    std::string mechanism_;
    std::unique_ptr<sasl::ClientExchange> exchange_;
    std::optional<Secret> held_back_;  // the first message, too long for the command
};

}  // namespace signet::smtp
