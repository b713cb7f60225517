#include "app/dev_account.h"

#include "app/block_on.h"

#include <utility>

namespace signet::app {
namespace {

StartFault account_fault(StoreFault fault) {
    return StartFault::failed("account " + std::string{DevSite::kAccount} + ": the database is " +
                              std::string{name(fault)});
}

bool opens(const identity::PasswordHasher& hasher, const identity::Account& account,
           const Secret& password) {
    const auto format = identity::parse_password_format(account.password_hash());
    if (!format) return false;
    const auto verified = hasher.verify(*format, password.reveal());
    return verified && *verified;
}

}  // namespace

Result<void, StartFault> ensure_dev_account(const DevSite& site, Keeper& keeper,
                                            net::IoThreads& io) {
    auto& accounts = keeper.accounts();
    auto found = block_on(io, accounts.find(DevSite::kAccount));
    if (!found) return fail(account_fault(found.error()));
    auto account = found->value_or(identity::Account{});
    const bool complete = account.enabled && account.may_submit &&
                          opens(keeper.hasher(), account, site.password) &&
                          !account.password().verifier(sasl::ProofKind::cram_md5).empty() &&
                          !keeper.credentials().verifiers().outdated(account, account.password());
    if (complete) return {};
    auto hash = keeper.hasher().hash(site.password.reveal());
    if (!hash) return fail(StartFault::failed("not enough memory to hash a password"));
    account.name = DevSite::kAccount;
    account.enabled = account.may_submit = true;
    account.password().secret = std::move(*hash);
    keeper.credentials().verifiers().renew(account, account.password(), site.password);
    account.password().set_verifier(sasl::ProofKind::cram_md5,
                                    identity::make_cram_verifier(site.password));
    if (account.send_as.empty()) account.send_as = {*identity::parse_send_as(DevSite::kAccount)};
    auto kept = block_on(
        io, *found ? accounts.update(std::move(account)) : accounts.add(std::move(account)));
    if (!kept) return fail(account_fault(kept.error()));
    return {};
}

}  // namespace signet::app
