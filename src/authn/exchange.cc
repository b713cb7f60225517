#include "authn/exchange.h"

#include "base/invariant.h"
#include "base/text.h"

#include <algorithm>
#include <utility>

namespace signet::authn {
namespace {

Denied denied(sasl::Reason reason) {
    switch (reason) {
    case sasl::Reason::malformed: return {Denial::malformed, "protocol_error", {}, {}, {}};
    case sasl::Reason::out_of_turn: return {Denial::out_of_turn, "protocol_error", {}, {}, {}};
    case sasl::Reason::credentials: return {Denial::credentials, "bad_password", {}, {}, {}};
    }
    std::unreachable();
}

// RFC 4616 §2: the authzid is whom to act as.  Nobody may act as another here; many clients repeat
// their own name.
bool may_act_as(const sasl::Identity& identity) {
    return identity.authzid.empty() || equal_nocase(identity.authzid, identity.authcid);
}

}  // namespace

Task<Turn> Exchange::resume(sasl::ClientMessage message, Deadline deadline) {
    auto step = machine_->resume(std::move(message));
    if (auto* challenge = std::get_if<sasl::Challenge>(&step)) {
        co_return Challenge{std::move(challenge->octets)};
    }
    if (const auto* refused = std::get_if<sasl::Denied>(&step)) co_return denied(refused->reason);
    auto* asked = std::get_if<sasl::CheckPassword>(&step);
    INVARIANT(asked != nullptr, "a mechanism grants only what a store has checked");
    co_return co_await check(std::move(*asked), deadline);
}

Task<Turn> Exchange::check(sasl::CheckPassword asked, Deadline deadline) {
    // The password is checked before the authzid is judged: a wrong authzid costs, and shows, no
    // more and no less than a wrong password.
    auto answer = co_await store_->check(asked.identity.authcid, std::move(asked.password), method_,
                                         deadline);
    auto* login = answer ? std::get_if<identity::Login>(&*answer) : nullptr;
    const bool granted = login != nullptr && may_act_as(asked.identity);
    auto last = machine_->resume(sasl::Checked{granted});

    Denied why{Denial::credentials, {}, std::move(asked.identity.authcid), {}, {}};
    if (!answer) {
        why.denial = Denial::backend;
        why.reason = "backend_error";
        why.detail = name(answer.error());
    } else if (const auto* refused = std::get_if<identity::Refused>(&*answer)) {
        why.reason = name(refused->why);
        why.account = refused->account;
    } else if (!granted) {
        why.reason = "authzid_not_permitted";
        why.account = std::move(login->account);
        why.detail = sanitised(asked.identity.authzid, 255);
    } else {
        auto* closing = std::get_if<sasl::Granted>(&last);
        INVARIANT(closing != nullptr, "a mechanism grants what the store granted");
        co_return Granted{std::move(*login), std::move(closing->octets)};
    }
    co_return why;
}

std::chrono::milliseconds failure_delay(unsigned failures_so_far,
                                        const settings::AuthSettings& settings) {
    const auto steps = std::min(failures_so_far, settings.failures);
    return settings.failure_floor + settings.failure_step * steps;
}

}  // namespace signet::authn
