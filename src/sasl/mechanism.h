// SASL, server side, without input or output (RFC 4422).
//
// An Exchange is a machine the caller turns: hand it one input, do what the returned Step asks,
// hand back the answer.  It holds no socket, clock, thread or store, so the same object runs
// under a coroutine, in a test table and in a fuzzer.  One Exchange serves one AUTH command and
// is not safe for concurrent use.
//
//   resume(ClientMessage) ──▶ Challenge      send it as a 334 reply, wait for the client
//                         ──▶ CheckPassword  ask the credential store, then resume(Checked)
//                         ──▶ Granted        235
//                         ──▶ Denied         see Reason; the Exchange is spent
//
// The wire never holds a verifier: the machine hands over the password and learns only whether it
// was right (ARCHITECTURE: the wire and the keeper are separable).
//
// To add a mechanism: src/sasl/mechanism_<name>.cc with its _test.cc, and its line in
// mechanisms.cc.
#pragma once

#include "base/secret.h"

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>

namespace signet::sasl {

// Shape: 0 … 9'216 octets, base64 removed (a 12'288-octet line, RFC 4954 §4).  May hold NUL.
// nullopt: there was no initial response.  Empty: an initial response of "=".
struct ClientMessage {
    std::optional<Secret> octets;
};

// The answer to CheckPassword.  Why it was refused stays with the keeper and its audit event.
struct Checked {
    bool granted = false;
};

// As sent: the caller prepares both and decides whether authcid may act as authzid.
struct Identity {
    std::string authcid, authzid;
};

// Each names one SMTP reply, whose text never says which test failed.
enum class Reason {
    malformed,    // 501 5.5.2  octets outside the mechanism's grammar
    out_of_turn,  // 503 5.5.1  the caller's bug, or a replay
    credentials,  // 535 5.7.8  unknown login or wrong proof, not told apart
};

struct Challenge {
    std::string octets;
};
struct CheckPassword {
    Identity identity;
    Secret password;
};
struct Granted {
    Identity identity;
    std::string octets;
};
struct Denied {
    Reason reason;
};
using Step = std::variant<Challenge, CheckPassword, Granted, Denied>;

class Exchange {
public:
    virtual ~Exchange() = default;
    virtual Step resume(ClientMessage message) = 0;
    virtual Step resume(Checked) { return Denied{Reason::out_of_turn}; }
};

struct Mechanism {
    std::string_view name;  // as registered with IANA: 1 … 20 of A-Z 0-9 - _ (RFC 4422 §3.1)
    bool exposes_password;  // if so, taken only inside TLS (RFC 4954 §4, RFC 8314 §3)
    std::unique_ptr<Exchange> (*begin)();
};

// The table, strongest first.  The name is compared without case.
std::span<const Mechanism> mechanisms();
const Mechanism* find_mechanism(std::string_view name);

}  // namespace signet::sasl
