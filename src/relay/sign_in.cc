#include "relay/sign_in.h"

#include "crypto/digest.h"

#include <utility>

namespace signet::relay {
namespace {

// A digest, so that the map holds no password.  No part can be taken for another: they are of fixed
// length but the last.
std::string name_of(const sasl::SaltPassword& wanted) {
    const auto head = std::to_string(static_cast<int>(wanted.hash)) + ":" +
                      std::to_string(wanted.iterations) + ":";
    return crypto::sha256(head + crypto::sha256(wanted.password.reveal()) + wanted.salt);
}

}  // namespace

std::optional<Secret> Salting::remembered(const std::string& name) {
    const std::lock_guard lock{mutex_};
    const auto found = known_.find(name);
    if (found == known_.end()) return {};
    return found->second.clone();
}

// The job refers to this coroutine's frame: a WorkerPool always resumes whom it took a job from.
Task<std::optional<Secret>> Salting::salted(sasl::SaltPassword wanted) {
    const auto name = name_of(wanted);
    if (auto known = remembered(name)) co_return known;
    Secret made;
    if (!co_await pool_.run([&] { made = sasl::salt(wanted); })) co_return std::nullopt;
    const std::lock_guard lock{mutex_};
    // A server that shows another salt each time is no reason to remember more.
    if (known_.size() >= kMost) known_.clear();
    known_.insert_or_assign(name, made.clone());
    co_return made;
}

Task<Result<sasl::ClientCredentials, TokenFault>> SignIn::credentials() const {
    if (!tokens) co_return sasl::ClientCredentials{user, password.clone(), mechanisms};
    auto token = co_await tokens->token();
    if (!token) co_return fail(token.error());
    co_return sasl::ClientCredentials{user, std::move(*token), mechanisms, /*token=*/true};
}

}  // namespace signet::relay
