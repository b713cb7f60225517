// SASL, server side, without input or output (RFC 4422).
//
// An Exchange is a machine the caller turns: hand it one input, do what the returned Step asks,
// hand back the answer.  It holds no socket, clock, thread or store, so the same object runs
// under a coroutine, in a test table and in a fuzzer.  One Exchange serves one AUTH command and
// is not safe for concurrent use.
//
//   resume(ClientMessage) ──▶ Challenge      send it as a 334 reply, wait for the client
//                         ──▶ CheckPassword  ask the credential store, then resume(Checked)
//                         ──▶ LookUpSalt     ask the credential store, then resume(SaltFound)
//                         ──▶ CheckProof     ask the credential store, then resume(ProofChecked)
//                         ──▶ CheckToken     ask the token authority, then resume(TokenChecked)
//                         ──▶ CheckExternal  judge what the connection has shown, then
//                                            resume(Checked)
//                         ──▶ Granted        235; `octets`, if any, reach the client first
//                         ──▶ Denied         see Reason; the Exchange is spent
//
// The wire never holds a verifier: the machine hands over the password, or a proof and what it was
// made over, and learns only whether it was right (ARCHITECTURE: the wire and the keeper are
// separable).
//
// To add a mechanism: src/sasl/mechanism_<name>.cc with its _test.cc, and its line in
// mechanisms.cc.
#pragma once

#include "base/secret.h"
#include "sasl/proof_kind.h"

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace signet::sasl {

// Shape: 0 … 9'216 octets, base64 removed (a 12'288-octet line, RFC 4954 §4).  May hold NUL.
// nullopt: there was no initial response.  Empty: an initial response of "=".
struct ClientMessage {
    std::optional<Secret> octets;
};

// The answer to CheckPassword and CheckExternal.  Why it was refused stays with the keeper and its
// audit event.
struct Checked {
    bool granted = false;
};

// The answer to LookUpSalt, which an account that has none, or that does not exist, gets alike.
// Shape: salt 1 … 64 octets.
struct SaltFound {
    std::string salt;
    unsigned iterations = 0;
};

// The answer to CheckProof.  server_signature: how the server proves in turn that it knows the
// account; empty unless granted.
struct ProofChecked {
    bool granted = false;
    std::string server_signature;
};

// What the client may be told of why its token is not taken (RFC 7628 §3.2.2).  Empty members are
// left out.
struct TokenHint {
    std::string status;         // "invalid_token", "insufficient_scope"
    std::string scope;          // that it takes
    std::string configuration;  // the address of the issuer's metadata
};

// The answer to CheckToken.
struct TokenChecked {
    bool granted = false;
    TokenHint hint = {};  // read unless granted
};

// As sent: the caller prepares both and decides whether authcid may act as authzid.
struct Identity {
    std::string authcid, authzid;
};

// Each names one SMTP reply, whose text never says which test failed.
enum class Reason {
    malformed,        // 501 5.5.2  octets outside the mechanism's grammar
    out_of_turn,      // 503 5.5.1  the caller's bug, or a replay
    credentials,      // 535 5.7.8  unknown login or wrong proof, not told apart
    channel_binding,  // 535 5.7.8  tied to another TLS connection, or somebody made the client
                      //            believe that it cannot be tied: audit it as an attack
};

struct Challenge {
    std::string octets;
};
struct CheckPassword {
    Identity identity;
    Secret password;
};
struct LookUpSalt {
    std::string authcid;
    ProofKind kind{};
};
// The proof, and what it was made over: of SCRAM the AuthMessage (RFC 5802 §3), of CRAM-MD5 the
// challenge.
struct CheckProof {
    Identity identity;
    ProofKind kind{};
    std::string auth_message, proof;
};
// The name says whom the client means to act for; who it is, the token says.
struct CheckToken {
    std::string name;  // may be empty
    Secret token;      // empty: the client asks what is taken
};
// Who it is, something below SASL has shown: the certificate of the TLS connection.
struct CheckExternal {
    std::string authzid;  // whom to act as; empty: as whoever was shown
};
struct Granted {
    Identity identity;
    std::string octets;
};
struct Denied {
    Reason reason{};
    std::string authcid = {};  // as far as it was said; for the audit
};
using Step = std::variant<Challenge, CheckPassword, LookUpSalt, CheckProof, CheckToken,
                          CheckExternal, Granted, Denied>;

// What an exchange begins with; PLAIN and LOGIN need none of it.
struct Setting {
    // Fresh for each exchange and not to be guessed.  Shape: 16 … 64 printable octets but ",".
    std::string server_nonce = {};
    std::string host = {};  // what the server calls itself
    // Of this TLS connection (RFC 9266, RFC 5929 §3); nullopt: it has none that can be trusted.
    std::optional<Secret> tls_exporter = {}, tls_unique = {};
    // A mechanism that binds was offered to this client.
    bool binding_offered = false;
};

class Exchange {
public:
    virtual ~Exchange() = default;
    virtual Step resume(ClientMessage message) = 0;
    virtual Step resume(Checked) { return Denied{Reason::out_of_turn}; }
    virtual Step resume(SaltFound) { return Denied{Reason::out_of_turn}; }
    virtual Step resume(ProofChecked) { return Denied{Reason::out_of_turn}; }
    virtual Step resume(TokenChecked) { return Denied{Reason::out_of_turn}; }
};

// What a store must have of an account for a mechanism.
enum class Needs {
    password_check,  // the password is shown: taken only inside TLS (RFC 4954 §4, RFC 8314 §3)
    verifier,        // what a proof is checked with
    token,           // nothing: an authorization server says who it is, inside TLS only
    certificate,     // nothing but whose it is: the TLS client has shown one
};

struct Mechanism {
    std::string_view name;  // as registered with IANA: 1 … 20 of A-Z 0-9 - _ (RFC 4422 §3.1)
    Needs needs{};
    bool binds = false;  // "-PLUS": tied to the TLS connection (RFC 5056)
    ProofKind proof{};   // read where it needs a verifier
    std::unique_ptr<Exchange> (*make)(Setting setting) = nullptr;

    std::unique_ptr<Exchange> begin(Setting setting = {}) const { return make(std::move(setting)); }
};

// The table, strongest first.  The name is compared without case.
std::span<const Mechanism> mechanisms();
std::span<const std::string_view> mechanism_names();  // of the table
const Mechanism* find_mechanism(std::string_view name);

}  // namespace signet::sasl
