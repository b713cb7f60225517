#include "store/gated_accounts.h"

namespace signet::store {

using identity::Account;

Task<Result<std::optional<Account>, StoreFault>> GatedAccounts::find(std::string name) {
    co_return co_await gate_.through<std::optional<Account>>(
        Deadline::never(), [&](Deadline) { return source_.find(std::move(name)); });
}

Task<Result<identity::VerifierCensus, StoreFault>> GatedAccounts::census() {
    return source_.census();
}

Task<Result<Account, StoreFault>> GatedAccounts::renew_credentials(Account account) {
    return source_.renew_credentials(std::move(account));
}

}  // namespace signet::store
