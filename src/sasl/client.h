// SASL, client side, without input or output (RFC 4422): what Signet says when it is the one that
// has to prove who it is, to a smart host.
//
// A ClientExchange is a machine the caller turns.  initial() gives what goes with the AUTH command;
// respond() answers one challenge, or asks for a password to be salted, which takes too long for an
// I/O thread: salted() then gives the answer.  It holds no socket, clock or store, so that the same
// object runs under a coroutine, in a test table and in a fuzzer.  One exchange serves one AUTH
// command and is not safe for concurrent use.
//
// PLAIN and LOGIN show the password to the server, OAUTHBEARER and XOAUTH2 (client_oauth.cc) the
// token: the caller begins one only inside TLS (RFC 4954 §4, RFC 8314 §3).  SCRAM (client_scram.cc)
// shows a proof, and has the server prove that it knows the account: no success counts before
// satisfied().
//
// To add a mechanism: client_<name>.cc with its _test.cc, and its line in client.cc.
#pragma once

#include "base/result.h"
#include "base/secret.h"
#include "crypto/digest.h"

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace signet::sasl {

// Shape of user and password: each 1 … 1'024 octets without NUL (RFC 4616 §2).  Of a token: 1 …
// 8'000 octets of b64token (RFC 6750 §2.1), for a user of 1 … 320 octets without control
// characters, so that the whole fits the line of RFC 4954 §4.  See usable().
struct ClientCredentials {
    std::string user;
    Secret password;                           // or the access token
    std::vector<std::string> mechanisms = {};  // that may be used; empty: all
    bool token = false;

    bool usable() const;
};

// What tells this TLS connection from every other one (RFC 5056).
struct ClientBinding {
    std::string type;  // "tls-exporter" (RFC 9266), "tls-unique" (RFC 5929 §3)
    Secret octets;
};

// What an exchange begins with; PLAIN and LOGIN need the credentials alone.
struct ClientStart {
    ClientCredentials credentials;
    // Fresh for each exchange and not to be guessed.  Shape: 16 … 64 printable octets but ",".
    std::string nonce = {};
    std::optional<ClientBinding> binding = {};  // nullopt: it has none that can be trusted
    bool binding_offered = false;               // the server offers a mechanism that binds
};

// Each ends the exchange: the caller closes the connection.
enum class ClientFault {
    out_of_turn,  // the server asks for more than the mechanism has
    malformed,    // its message is outside the mechanism's grammar
    iterations,   // fewer rounds than are safe, or more than are computed
    refused,      // it does not take our proof, and says so within the exchange
    not_proven,   // it does not know the password, or repeats what it said to another
};

// Hi() of RFC 5802 §2.2: wanted by respond(), done by salt(), handed to salted().
struct SaltPassword {
    crypto::Hash hash{};
    Secret password;  // prepared
    std::string salt;
    unsigned iterations = 0;  // at most kMostIterations

    // A third of a second, at the most: not on an I/O thread
    // (docs/decisions/0165-the-rounds-a-next-hop-may-ask-for.md).
    static constexpr unsigned kMostIterations = 1'000'000;
};
Secret salt(const SaltPassword& wanted);

using ClientAnswer = std::variant<Secret, SaltPassword>;

class ClientExchange {
public:
    virtual ~ClientExchange() = default;
    // Octets for the AUTH command, base64 not yet applied.  nullopt: the server speaks first.
    virtual std::optional<Secret> initial() = 0;
    // The answer to a challenge, base64 removed from both; or what it waits for.
    virtual Result<ClientAnswer, ClientFault> respond(std::string_view challenge) = 0;
    // REQUIRES: the last answer was SaltPassword, and this is what came of it.
    virtual Secret salted(const Secret& salted_password);
    // Whether a success that the server announces now may be believed.
    virtual bool satisfied() const { return true; }
};

struct ClientMechanism {
    std::string_view name;
    bool binds = false;  // "-PLUS": needs a binding
    // REQUIRES: credentials.usable() and of that kind; what binds has a binding, and SCRAM a nonce.
    std::unique_ptr<ClientExchange> (*begin)(ClientStart start) = nullptr;
    bool token = false;  // takes a token, and no password
};

// The table, in order of preference.
std::span<const ClientMechanism> client_mechanisms();
std::span<const std::string_view> client_mechanism_names();  // of the table

struct ClientChoice {
    std::span<const std::string> offered;       // by the server
    std::span<const std::string> allowed = {};  // by us; empty: all
    bool can_bind = false;                      // there is a binding
    bool token = false;                         // what we have is a token
};
// The first of the table that may be; names are compared without case.  Null: none.
const ClientMechanism* choose_client_mechanism(const ClientChoice& choice);
// Whether one of these binds, known to us or not: then nobody may be told that none was offered.
bool any_binds(std::span<const std::string> offered);

}  // namespace signet::sasl
