// The table of kinds of credential stores.
#include "app/open_store.h"

#include <algorithm>

namespace signet::app {
namespace {

struct Opener {
    std::string_view kind;
    OpenStore open;
};
constexpr Opener kOpeners[] = {
    {"passwd-file", open_passwd_file}, {"ldap", open_ldap}, {"pam", open_pam}, {"http", open_http},
    {"postgresql", open_postgresql},
};

// For people who wait for it.
constexpr std::chrono::seconds kTrialTime{60};

}  // namespace

OpenStore opener_of(std::string_view kind) {
    const auto found = std::ranges::find(kOpeners, kind, &Opener::kind);
    return found == std::end(kOpeners) ? nullptr : found->open;
}

std::string_view outcome_of(const Result<identity::CheckAnswer, StoreFault>& answer) {
    if (!answer) return name(answer.error());
    const auto* refused = std::get_if<identity::Refused>(&*answer);
    return refused == nullptr ? "granted" : name(refused->why);
}

std::string told_login(const identity::Login& login) {
    std::string addresses;
    for (const auto& one : login.send_as) addresses += (addresses.empty() ? "" : ", ") + one.text();
    return "the account `" + login.account +
           "` may send as: " + (addresses.empty() ? "no address" : addresses);
}

Task<Result<Everybody, std::string>> OpenedStore::everybody() {
    co_return fail(std::string{"a store of this kind does not list whom it knows"});
}

Task<admin::StoreTrial> OpenedStore::try_sign_in(std::string login, Secret password) {
    admin::StoreTrial trial;
    const auto account = co_await credentials().account_of(login);
    if (!account) {
        trial.outcome = name(account.error());
        trial.steps.push_back("the store could not be asked: " + trial.outcome);
        co_return trial;
    }
    trial.steps.push_back(account->empty() ? "it does not know the account"
                                           : "it knows the account as `" + *account + "`");
    const auto answer = co_await credentials().check(
        {.authcid = std::move(login), .method = "PLAIN"}, std::move(password),
        Deadline::at(std::chrono::steady_clock::now() + kTrialTime));
    trial.outcome = outcome_of(answer);
    if (const auto* granted = answer ? std::get_if<identity::Login>(&*answer) : nullptr) {
        trial.steps.emplace_back("the password is right, and the account may sign in");
        trial.steps.push_back(told_login(*granted));
    } else {
        trial.steps.push_back("it does not open: " + trial.outcome);
    }
    co_return trial;
}

Task<admin::StoreMigration> OpenedStore::migrate() {
    co_return admin::StoreMigration{false, {"a store of this kind has no tables to be made"}};
}

}  // namespace signet::app
