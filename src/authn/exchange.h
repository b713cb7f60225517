// One sign-in: a SASL machine driven over a credential store.
//
//   resume(message) ──▶ Challenge   send it, wait for the client, resume again
//                   ──▶ Granted     the login is proven
//                   ──▶ Denied      see Denial; the exchange is spent
//
// The client hears no more than the Denial; the reason is for the audit event alone.
#pragma once

#include "base/deadline.h"
#include "base/task.h"
#include "crypto/client_certificate.h"
#include "identity/certificate_authority.h"
#include "identity/credential_store.h"
#include "identity/token_authority.h"
#include "sasl/mechanism.h"
#include "settings/snapshot.h"

#include <chrono>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace signet::authn {

// What the client is told.
enum class Denial {
    malformed,     // 501 5.5.2
    out_of_turn,   // 503 5.5.1
    credentials,   // 535 5.7.8  whatever was wrong with them
    too_weak,      // 534 5.7.9  the account, or the credential, takes a stronger mechanism or TLS
    app_password,  // 534 5.7.9  the right password, where mail takes app passwords alone
    too_old,       // 534 5.7.0  the right password, older than passwords get here
    throttled,     // 454 4.7.0  guessing brought a ban: nothing was checked
    backend,       // 454 4.7.0  the store or the hash queue had no time: not the client's fault
};

inline constexpr std::string_view kBindingMismatch = "channel_binding_mismatch";

struct Challenge {
    std::string octets;
    // It says what was looked up by a name that anybody may give: see kLookUpFloor.
    bool looked_up = false;
};
struct Granted {
    identity::Login login;
};
// reason: the word of the audit event: "protocol_error", "backend_error", a Refusal's name, what is
// wrong with a token (identity::TokenRefused) or a certificate (identity::CertificateRefused), or
// "channel_binding_mismatch", which may be an attack.  user: the
// authcid as presented, empty when none came so far. account: the resolved name, empty when
// unknown.  credential: which one was right, and was refused all the same.  detail: for people;
// which fault it was.  hold_back: see identity::Refused.
struct Denied {
    Denial denial = Denial::credentials;
    std::string reason = {}, user = {}, account = {}, detail = {}, credential = {};
    std::chrono::milliseconds hold_back{};
};
using Turn = std::variant<Challenge, Granted, Denied>;

// Where a client is, and how it comes.
struct Whence {
    std::string ip;        // its own behind a proxy, too
    std::string tls = {};  // "TLSv1.3"
    // That its TLS shows; null: none, and no mechanism that needs one is offered.
    std::shared_ptr<const crypto::ShownCertificate> certificate = {};
};

// Who says who somebody is, besides the stores.  Null: no mechanism that needs it is offered.
struct Vouchers {
    identity::TokenAuthority* tokens = nullptr;
    identity::CertificateAuthority* certificates = nullptr;
};

// Who checks what a client shows, and the rules of who may act as whom.  All of it outlives an
// exchange.
struct Authorities {
    identity::CredentialStore& credentials;
    Vouchers vouchers = {};
    std::span<const settings::ActAsSettings> act_as = {};
};

// Serves one AUTH command.  Movable between turns.  Not safe for concurrent use.
class Exchange {
public:
    // The mechanism outlives the exchange.
    Exchange(const sasl::Mechanism& mechanism, Authorities authorities, Whence whence,
             sasl::Setting setting = {})
        : method_(mechanism.name),
          whence_(std::move(whence)),
          machine_(mechanism.begin(std::move(setting))),
          store_(&authorities.credentials),
          vouchers_(authorities.vouchers),
          act_as_(authorities.act_as) {}

    // REQUIRES: the turn before has been answered.
    Task<Turn> resume(sasl::ClientMessage message, Deadline deadline);
    // The sign-in is refused already, and the client has been told why by a challenge: whatever it
    // answers, even "*", ends in this.
    std::optional<Denied> refused() { return std::exchange(refused_, {}); }

private:
    Task<Turn> follow(sasl::Step step, Deadline deadline);
    Task<Turn> check(sasl::CheckPassword asked, Deadline deadline);
    Task<Turn> look_up(sasl::LookUpSalt asked, Deadline deadline);
    Task<Turn> refuse(sasl::Denied refused);
    Task<Turn> check(sasl::CheckProof asked, Deadline deadline);
    Task<Turn> check(sasl::CheckToken asked, Deadline deadline);
    Task<Turn> check(sasl::CheckExternal asked, Deadline deadline);
    // Who was proven, or as whom he acts: RFC 4422 §3.4.1.
    using Answer = Result<identity::CheckAnswer, StoreFault>;
    Task<Answer> acting(Answer proven, std::string authzid, Deadline deadline);
    Turn conclude(sasl::Step last, identity::Login login);

    identity::Claim claim_of(std::string authcid) const {
        return {std::move(authcid), method_, whence_.ip, whence_.tls};
    }

    std::string method_;
    Whence whence_;
    std::unique_ptr<sasl::Exchange> machine_;
    identity::CredentialStore* store_;
    Vouchers vouchers_;
    std::span<const settings::ActAsSettings> act_as_;
    std::string account_;                    // whom the salt was asked for, when known
    std::optional<identity::Login> proven_;  // the client has yet to hear the last of the machine
    std::optional<Denied> refused_;          // it has, and has yet to answer
};

// How long after its beginning what was looked up is shown at the soonest: many times what a
// look-up takes, so that the time does not tell an account from a name that nobody has.  Nobody
// notices it.
inline constexpr std::chrono::milliseconds kLookUpFloor{2};

// How long after its beginning a failed attempt is answered at the soonest.  The floor is the same
// whatever was wrong, and longer than any check takes, so the time tells nothing; each failure
// before it in the session adds a step.  Only the guesser waits.
std::chrono::milliseconds failure_delay(unsigned failures_so_far,
                                        const settings::AuthSettings& settings);

}  // namespace signet::authn
