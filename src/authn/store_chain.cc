#include "authn/store_chain.h"

#include "authn/answers.h"
#include "mail/domain_pattern.h"

#include <algorithm>
#include <map>
#include <utility>

namespace signet::authn {
namespace {

using identity::CheckAnswer;
using identity::Login;
using identity::ProofAnswer;
using identity::Refusal;
using identity::Refused;
using Checked = Result<CheckAnswer, StoreFault>;

void mark(CheckAnswer& answer, const ChainLink& link) {
    if (auto* login = std::get_if<Login>(&answer)) login->basis.store = link.name;
}

// Whoever is served alone by a store that does the same work for every login needs no look-up.
bool is_enough(const std::vector<const ChainLink*>& serving) {
    return serving.size() == 1 && !serving.front()->tells;
}

}  // namespace

std::vector<const ChainLink*> StoreChain::serving(std::string_view authcid) const {
    const auto at = authcid.rfind('@');
    const auto domain =
        at == std::string_view::npos ? std::string_view{default_domain_} : authcid.substr(at + 1);
    std::vector<const ChainLink*> found;
    for (const auto& link : links_) {
        const bool serves =
            link.domains.empty() ||
            (!domain.empty() && std::ranges::any_of(link.domains, [&](const std::string& pattern) {
                return mail::domain_fits(pattern, domain);
            }));
        if (serves) found.push_back(&link);
    }
    return found;
}

Task<Checked> StoreChain::check(identity::Claim claim, Secret password, Deadline deadline) {
    const auto asked = serving(claim.authcid);
    for (const auto* link : asked) {
        if (!link->tells && !is_enough(asked)) {
            const auto account = co_await link->store->account_of(claim.authcid);
            if (!account) co_return fail(account.error());
            if (account->empty()) continue;
        }
        auto answer = co_await link->store->check(claim, password.clone(), deadline);
        if (!answer) co_return answer;
        if (is_unknown(*answer)) {
            if (is_enough(asked)) co_return answer;  // the work is done
            continue;
        }
        mark(*answer, *link);
        co_return answer;
    }
    co_return co_await nobody_.check(std::move(claim), std::move(password), deadline);
}

Task<Result<identity::ProofCovers, StoreFault>> StoreChain::proof_covers() {
    std::map<sasl::ProofKind, identity::ProofCover> all;
    std::map<sasl::ProofKind, std::uint64_t> able;  // how many stores are
    for (const auto& link : links_) {
        if (!link.proofs) continue;
        const auto asked = co_await link.store->proof_covers();
        if (!asked) co_return fail(asked.error());
        for (const auto& cover : *asked) {
            auto& sum = all[cover.kind];
            sum.kind = cover.kind;
            sum.without += cover.without;
            ++able[cover.kind];
        }
    }
    identity::ProofCovers covers;
    for (auto& [kind, cover] : all) {
        cover.without += links_.size() - able[kind];
        covers.push_back(cover);
    }
    co_return covers;
}

Task<Result<StoreChain::Owner, StoreFault>> StoreChain::owner_of(const std::string& authcid) {
    for (const auto* link : serving(authcid)) {
        auto account = co_await link->store->account_of(authcid);
        if (!account) co_return fail(account.error());
        if (!account->empty()) co_return Owner{link, std::move(*account)};
    }
    co_return Owner{};
}

Task<Result<identity::Salt, StoreFault>> StoreChain::salt(std::string authcid, sasl::ProofKind kind,
                                                          Deadline deadline) {
    const auto asked = serving(authcid);
    if (is_enough(asked) && asked.front()->proofs) {
        co_return co_await asked.front()->store->salt(std::move(authcid), kind, deadline);
    }
    auto owner = co_await owner_of(authcid);
    if (!owner) co_return fail(owner.error());
    auto& store = owner->link && owner->link->proofs ? *owner->link->store : nobody_;
    auto shown = co_await store.salt(std::move(authcid), kind, deadline);
    if (shown) shown->account = std::move(owner->account);
    co_return shown;
}

Task<Result<ProofAnswer, StoreFault>> StoreChain::check_proof(identity::Proof proof,
                                                              Deadline deadline) {
    const auto asked = serving(proof.claim.authcid);
    Owner owner;
    if (is_enough(asked) && asked.front()->proofs) {
        owner.link = asked.front();
    } else {
        auto found = co_await owner_of(proof.claim.authcid);
        if (!found) co_return fail(found.error());
        owner = std::move(*found);
    }
    if (owner.link && owner.link->proofs) {
        auto checked = co_await owner.link->store->check_proof(std::move(proof), deadline);
        if (checked) mark(checked->answer, *owner.link);
        co_return checked;
    }
    auto spent = co_await nobody_.check_proof(std::move(proof), deadline);
    if (!spent || !owner.link) co_return spent;
    co_return ProofAnswer{Refused{Refusal::no_usable_password, std::move(owner.account)}};
}

Task<Checked> StoreChain::vouched(identity::Claim claim, std::string account, Deadline deadline) {
    for (const auto* link : serving(account)) {
        auto answer = co_await link->store->vouched(claim, account, deadline);
        if (answer && is_unknown(*answer)) continue;
        if (answer) mark(*answer, *link);
        co_return answer;
    }
    co_return Refused{Refusal::unknown_account, {}};
}

Task<Checked> StoreChain::holder(identity::Claim claim, identity::CredentialKind kind,
                                 std::string secret, Deadline deadline) {
    for (const auto& link : links_) {
        auto answer = co_await link.store->holder(claim, kind, secret, deadline);
        if (answer && is_unknown(*answer)) continue;
        if (answer) mark(*answer, link);
        co_return answer;
    }
    co_return Refused{Refusal::unknown_account, {}};
}

Task<Result<std::string, StoreFault>> StoreChain::account_of(std::string authcid) {
    auto owner = co_await owner_of(authcid);
    if (!owner) co_return fail(owner.error());
    co_return std::move(owner->account);
}

// Each only grows, so the sum moves with any of them.
std::uint64_t StoreChain::generation() const {
    std::uint64_t sum = 0;
    for (const auto& link : links_) sum += link.store->generation();
    return sum;
}

// Where nothing ever changed, as far as the store knows, there is nothing to ask: else a change in
// one store would send every session of the others to theirs.
Task<Result<bool, StoreFault>> StoreChain::still_stands(identity::Login login) {
    const auto link = std::ranges::find(links_, login.basis.store, &ChainLink::name);
    if (link == links_.end()) co_return false;
    if (link->store->generation() == 0) co_return true;
    co_return co_await link->store->still_stands(std::move(login));
}

}  // namespace signet::authn
