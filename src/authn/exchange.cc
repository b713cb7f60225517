#include "authn/exchange.h"

#include "authn/act_as.h"
#include "base/invariant.h"
#include "base/text.h"
#include "identity/account.h"

#include <algorithm>
#include <utility>

namespace signet::authn {
namespace {

Denied denied(sasl::Denied refused) {
    Denied made;
    made.user = std::move(refused.authcid);
    switch (refused.reason) {
    case sasl::Reason::malformed:
        made.denial = Denial::malformed;
        made.reason = "protocol_error";
        return made;
    case sasl::Reason::out_of_turn:
        made.denial = Denial::out_of_turn;
        made.reason = "protocol_error";
        return made;
    case sasl::Reason::credentials:
        made.denial = Denial::credentials;
        made.reason = name(identity::Refusal::bad_password);
        return made;
    case sasl::Reason::channel_binding:
        made.denial = Denial::credentials;
        made.reason = kBindingMismatch;
        made.detail =
            "possible attack: signed in over another TLS connection than this one, or was "
            "made to believe that it cannot be tied to it";
        return made;
    }
    std::unreachable();
}

// What was right is said only where its owner can do something about it.
Denial denial_of(identity::Refusal why) {
    switch (why) {
    case identity::Refusal::throttled: return Denial::throttled;
    case identity::Refusal::mechanism_not_allowed:
    case identity::Refusal::tls_too_old: return Denial::too_weak;
    case identity::Refusal::app_password_required: return Denial::app_password;
    case identity::Refusal::password_too_old: return Denial::too_old;
    default: return Denial::credentials;
    }
}

// Why no login came of what a store was asked.
Denied refusal(const Result<identity::CheckAnswer, StoreFault>& answer, sasl::Identity identity) {
    Denied why{.user = std::move(identity.authcid)};
    if (!answer) {
        why.denial = Denial::backend;
        why.reason = "backend_error";
        why.detail = name(answer.error());
    } else {
        const auto* refused = std::get_if<identity::Refused>(&*answer);
        INVARIANT(refused != nullptr, "what is refused is no login");
        why.denial = denial_of(refused->why);
        why.reason = name(refused->why);
        why.account = refused->account;
        why.credential = refused->credential;
        why.hold_back = refused->hold_back;
        if (refused->why == identity::Refusal::authzid_not_permitted) {
            why.detail = sanitised(identity.authzid, 255);
        }
    }
    return why;
}

// Why a token gave no login.
Denied denied(identity::TokenAnswer answer, std::string named) {
    Denied why{.user = std::move(named)};
    if (auto* wrong = std::get_if<identity::TokenRefused>(&answer)) {
        why.reason = std::move(wrong->why);
        why.account = std::move(wrong->account);
        why.detail = std::move(wrong->detail);
    } else if (auto* refused = std::get_if<identity::Refused>(&answer)) {
        why.denial = denial_of(refused->why);
        why.reason = name(refused->why);
        why.account = std::move(refused->account);
        why.hold_back = refused->hold_back;
    }
    return why;
}

// Whom the client wants to act as: nobody, or himself, by the name that was proven or as the
// account is called.  Many clients repeat their own name.
bool is_named(const identity::Login& login, std::string_view named) {
    return named.empty() || equal_nocase(named, login.authcid) ||
           identity::fold_account_name(named) == login.account;
}

}  // namespace

Task<Turn> Exchange::resume(sasl::ClientMessage message, Deadline deadline) {
    if (auto refused = std::exchange(refused_, {})) co_return std::move(*refused);
    if (auto proven = std::exchange(proven_, {})) {
        // RFC 4422 §5: a protocol that cannot send data along with its success (RFC 4954 has no
        // room for it in a 235) sends it as a challenge, and an empty response says it was taken.
        if (message.octets && message.octets->empty()) co_return Granted{std::move(*proven)};
        co_return denied({sasl::Reason::malformed, std::move(proven->authcid)});
    }
    co_return co_await follow(machine_->resume(std::move(message)), deadline);
}

Task<Turn> Exchange::follow(sasl::Step step, Deadline deadline) {
    if (auto* challenge = std::get_if<sasl::Challenge>(&step)) {
        co_return Challenge{std::move(challenge->octets)};
    }
    if (auto* refused = std::get_if<sasl::Denied>(&step)) {
        co_return co_await refuse(std::move(*refused));
    }
    if (auto* password = std::get_if<sasl::CheckPassword>(&step)) {
        co_return co_await check(std::move(*password), deadline);
    }
    if (auto* wanted = std::get_if<sasl::LookUpSalt>(&step)) {
        co_return co_await look_up(std::move(*wanted), deadline);
    }
    if (auto* token = std::get_if<sasl::CheckToken>(&step)) {
        co_return co_await check(std::move(*token), deadline);
    }
    if (auto* external = std::get_if<sasl::CheckExternal>(&step)) {
        co_return co_await check(std::move(*external), deadline);
    }
    auto* proof = std::get_if<sasl::CheckProof>(&step);
    INVARIANT(proof != nullptr, "a mechanism grants only what a store has checked");
    co_return co_await check(std::move(*proof), deadline);
}

// Off unless a rule says so ([[act_as]]).  What the credential may not do, it may not do as
// somebody else either: see identity::Login::actor; and one that is kept to some addresses of its
// account acts as nobody else.
Task<Exchange::Answer> Exchange::acting(Answer proven, std::string authzid, Deadline deadline) {
    auto* login = proven ? std::get_if<identity::Login>(&*proven) : nullptr;
    if (login == nullptr || is_named(*login, authzid)) co_return proven;
    const identity::Refused no{
        identity::Refusal::authzid_not_permitted, login->account, {}, login->credential_id};
    auto account = identity::fold_account_name(authzid);
    if (!account || !may_act_as(act_as_, *login, *account)) co_return no;

    const auto claim = claim_of(login->authcid);
    const auto whole = co_await store_->vouched(claim, login->account, deadline);
    if (!whole) co_return fail(whole.error());
    const auto* all = std::get_if<identity::Login>(&*whole);
    const bool whole_of_it =
        all != nullptr && all->send_as == login->send_as && all->basis.store == login->basis.store;
    if (!whole_of_it) co_return no;
    auto other = co_await store_->vouched(claim, std::move(*account), deadline);
    if (!other) co_return fail(other.error());
    auto* as = std::get_if<identity::Login>(&*other);
    if (as == nullptr) co_return no;
    as->actor = std::make_shared<const identity::Login>(std::move(*login));
    co_return other;
}

// A proof or a password is checked before the authzid is judged: a wrong authzid costs, and shows,
// no more and no less than a wrong password.
Task<Turn> Exchange::check(sasl::CheckPassword asked, Deadline deadline) {
    auto answer = co_await store_->check(claim_of(asked.identity.authcid),
                                         std::move(asked.password), deadline);
    answer = co_await acting(std::move(answer), asked.identity.authzid, deadline);
    auto* login = answer ? std::get_if<identity::Login>(&*answer) : nullptr;
    auto last = machine_->resume(sasl::Checked{login != nullptr});
    if (login == nullptr) co_return refusal(answer, std::move(asked.identity));
    co_return conclude(std::move(last), std::move(*login));
}

// The name in the response is the one to act as; who it is, the certificate says.
Task<Turn> Exchange::check(sasl::CheckExternal asked, Deadline deadline) {
    INVARIANT(vouchers_.certificates != nullptr && whence_.certificate,
              "EXTERNAL is offered to whom has shown a certificate");
    auto judged = co_await vouchers_.certificates->check_certificate(
        {claim_of(asked.authzid), whence_.certificate}, deadline);
    if (auto* wrong = judged ? std::get_if<identity::CertificateRefused>(&*judged) : nullptr) {
        (void)machine_->resume(sasl::Checked{false});
        co_return Denied{.reason = std::move(wrong->why),
                         .user = std::move(asked.authzid),
                         .detail = std::move(wrong->detail)};
    }
    Answer answer = fail(StoreFault::unavailable);
    if (!judged) {
        answer = fail(judged.error());
    } else if (auto* proven = std::get_if<identity::Login>(&*judged)) {
        answer = co_await acting(std::move(*proven), asked.authzid, deadline);
    } else {
        answer = std::move(std::get<identity::Refused>(*judged));
    }
    auto* login = answer ? std::get_if<identity::Login>(&*answer) : nullptr;
    auto last = machine_->resume(sasl::Checked{login != nullptr});
    if (login == nullptr) co_return refusal(answer, {asked.authzid, asked.authzid});
    co_return conclude(std::move(last), std::move(*login));
}

// Who may be under attack belongs into the audit by his name; it may not have been looked up yet.
Task<Turn> Exchange::refuse(sasl::Denied refused) {
    if (refused.reason == sasl::Reason::channel_binding && account_.empty()) {
        account_ = (co_await store_->account_of(refused.authcid)).value_or("");
    }
    auto made = denied(std::move(refused));
    made.account = account_;
    co_return made;
}

Task<Turn> Exchange::look_up(sasl::LookUpSalt asked, Deadline deadline) {
    auto found = co_await store_->salt(asked.authcid, asked.kind, deadline);
    if (!found) co_return refusal(fail(found.error()), {std::move(asked.authcid), {}});
    account_ = std::move(found->account);
    auto turn = co_await follow(
        machine_->resume(sasl::SaltFound{std::move(found->octets), found->iterations}), deadline);
    if (auto* challenge = std::get_if<Challenge>(&turn)) challenge->looked_up = true;
    co_return turn;
}

Task<Turn> Exchange::check(sasl::CheckProof asked, Deadline deadline) {
    identity::Proof proof{claim_of(asked.identity.authcid), asked.kind,
                          std::move(asked.auth_message), std::move(asked.proof)};
    auto checked = co_await store_->check_proof(std::move(proof), deadline);
    Answer answer = fail(StoreFault::unavailable);
    if (checked)
        answer = co_await acting(std::move(checked->answer), asked.identity.authzid, deadline);
    else
        answer = fail(checked.error());
    auto* login = answer ? std::get_if<identity::Login>(&*answer) : nullptr;
    const bool granted = login != nullptr;
    auto last = machine_->resume(sasl::ProofChecked{
        granted, granted ? std::move(checked->server_signature) : std::string{}});
    if (!granted) co_return refusal(answer, std::move(asked.identity));
    co_return conclude(std::move(last), std::move(*login));
}

// A fault is said at once: the client's token may be right, so it hears nothing of what is wrong
// with it.
Task<Turn> Exchange::check(sasl::CheckToken asked, Deadline deadline) {
    INVARIANT(vouchers_.tokens != nullptr,
              "a mechanism with tokens is offered where they are checked");
    identity::TokenShown shown{claim_of(asked.name), std::move(asked.token), !act_as_.empty()};
    auto answer = co_await vouchers_.tokens->check_token(std::move(shown), deadline);
    if (!answer) {
        co_return refusal(fail(answer.error()), {std::move(asked.name), {}});
    }
    sasl::TokenHint hint;
    if (auto* proven = std::get_if<identity::Login>(&*answer)) {
        auto acts = co_await acting(std::move(*proven), asked.name, deadline);
        if (!acts) co_return refusal(acts, {std::move(asked.name), {}});
        if (auto* login = std::get_if<identity::Login>(&*acts)) {
            co_return conclude(machine_->resume(sasl::TokenChecked{true}), std::move(*login));
        }
        refused_ = refusal(acts, {asked.name, asked.name});
    } else {
        if (auto* wrong = std::get_if<identity::TokenRefused>(&*answer)) {
            hint = std::move(wrong->hint);
        }
        refused_ = denied(std::move(*answer), std::move(asked.name));
    }
    auto told = machine_->resume(sasl::TokenChecked{false, std::move(hint)});
    auto* challenge = std::get_if<sasl::Challenge>(&told);
    INVARIANT(challenge != nullptr, "who shows a token hears what is wrong with it");
    co_return Challenge{std::move(challenge->octets)};
}

Turn Exchange::conclude(sasl::Step last, identity::Login login) {
    auto* closing = std::get_if<sasl::Granted>(&last);
    INVARIANT(closing != nullptr, "a mechanism grants what the store granted");
    if (closing->octets.empty()) return Granted{std::move(login)};
    proven_ = std::move(login);
    return Challenge{std::move(closing->octets)};
}

std::chrono::milliseconds failure_delay(unsigned failures_so_far,
                                        const settings::AuthSettings& settings) {
    const auto steps = std::min(failures_so_far, settings.failures);
    return settings.failure_floor + settings.failure_step * steps;
}

}  // namespace signet::authn
