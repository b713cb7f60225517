// SASL, client side, without input or output (RFC 4422): what Signet says when it is the one that
// has to prove who it is, to a smart host.
//
// A ClientExchange is a machine the caller turns.  initial() gives what goes with the AUTH command;
// respond() answers one challenge.  It holds no socket, clock or store, so that the same object
// runs under a coroutine, in a test table and in a fuzzer.  One exchange serves one AUTH command
// and is not safe for concurrent use.
//
// Both mechanisms show the password to the server: the caller begins one only inside TLS
// (RFC 4954 §4, RFC 8314 §3).
#pragma once

#include "base/result.h"
#include "base/secret.h"

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace signet::sasl {

// Shape: each 1 … 1'024 octets without NUL (RFC 4616 §2); see usable().
struct ClientCredentials {
    std::string user;
    Secret password;

    bool usable() const;
};

enum class ClientFault {
    out_of_turn,  // the server asks for more than the mechanism has; cancel with "*"
};

class ClientExchange {
public:
    virtual ~ClientExchange() = default;
    // Octets for the AUTH command, base64 not yet applied.  nullopt: the server speaks first.
    virtual std::optional<Secret> initial() = 0;
    // The answer to a challenge, base64 removed from both.
    virtual Result<Secret, ClientFault> respond(std::string_view challenge) = 0;
};

struct ClientMechanism {
    std::string_view name;
    // REQUIRES: credentials.usable().
    std::unique_ptr<ClientExchange> (*begin)(ClientCredentials credentials);
};

// The table, in order of preference.
std::span<const ClientMechanism> client_mechanisms();
// The first of the table that the server offers; names are compared without case.  Null: none.
const ClientMechanism* choose_client_mechanism(std::span<const std::string> offered);

}  // namespace signet::sasl
