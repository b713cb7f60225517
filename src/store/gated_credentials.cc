#include "store/gated_credentials.h"

namespace signet::store {

using identity::CheckAnswer;

// The calls that are bounded by the gate alone.
constexpr auto no_deadline = Deadline::never;

Task<Result<CheckAnswer, StoreFault>> GatedCredentials::check(identity::Claim claim,
                                                              Secret password, Deadline deadline) {
    co_return co_await gate_.through<CheckAnswer>(deadline, [&](Deadline until) {
        return store_.check(std::move(claim), std::move(password), until);
    });
}

Task<Result<CheckAnswer, StoreFault>> GatedCredentials::vouched(identity::Claim claim,
                                                                std::string account,
                                                                Deadline deadline) {
    co_return co_await gate_.through<CheckAnswer>(deadline, [&](Deadline until) {
        return store_.vouched(std::move(claim), std::move(account), until);
    });
}

Task<Result<std::string, StoreFault>> GatedCredentials::account_of(std::string authcid) {
    co_return co_await gate_.through<std::string>(
        no_deadline(), [&](Deadline) { return store_.account_of(std::move(authcid)); });
}

Task<Result<bool, StoreFault>> GatedCredentials::still_stands(identity::Login login) {
    co_return co_await gate_.through<bool>(
        no_deadline(), [&](Deadline) { return store_.still_stands(std::move(login)); });
}

}  // namespace signet::store
