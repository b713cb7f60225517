#include "store/ldap_credentials.h"

#include "identity/account.h"

#include <utility>

namespace signet::store {

using identity::CheckAnswer;
using identity::Claim;
using identity::Login;
using identity::Refusal;
using identity::Refused;
using Checked = Result<CheckAnswer, StoreFault>;

namespace {

constexpr std::size_t kWaitingEach = 25;  // for one thread; the gate before it lets fewer come

// How somebody shows that it is him; null: another authority has vouched for him.
using Proof = const Secret*;

// One sign-in with one conversation.
class SignIn {
public:
    SignIn(LdapDirectory& directory, const Claim& claim, std::string login, SteadyTime until,
           LdapTrace trace)
        : directory_(directory),
          claim_(claim),
          login_(std::move(login)),
          until_(until),
          trace_(trace) {}

    // Whether he is locked out is asked after the password only: a guesser learns nothing.
    LdapResult<CheckAnswer> run(Proof password) {
        const auto person = directory_.find(login_, until_, trace_);
        if (!person) return fail(person.error());
        if (!*person) return Refused{Refusal::unknown_account, {}};
        if (password != nullptr) {
            const auto proven = directory_.prove(**person, *password, until_, trace_);
            if (!proven) return fail(proven.error());
            if (*proven != LdapBind::right) {
                return Refused{
                    *proven == LdapBind::wrong ? Refusal::bad_password : Refusal::account_disabled,
                    (*person)->account};
            }
        }
        return judge(**person);
    }

private:
    LdapResult<CheckAnswer> judge(const LdapPerson& person) {
        const auto disabled = directory_.is_disabled(person, login_, until_, trace_);
        if (!disabled) return fail(disabled.error());
        if (*disabled) return Refused{Refusal::account_disabled, person.account};
        const auto may = directory_.may_submit(person, login_, until_, trace_);
        if (!may) return fail(may.error());
        if (!*may) return Refused{Refusal::may_not_submit, person.account};
        Login login;
        login.account = person.account;
        login.authcid = claim_.authcid;
        login.method = claim_.method;
        login.send_as = person.send_as;
        auto groups = directory_.groups(person, login_, until_, trace_);
        if (!groups) return fail(groups.error());
        login.groups = std::move(*groups);
        return login;
    }

    LdapDirectory& directory_;
    const Claim& claim_;
    const std::string login_;
    const SteadyTime until_;
    const LdapTrace trace_;
};

LdapResult<std::string> account_name(LdapResult<std::optional<LdapPerson>> person) {
    if (!person) return fail(std::move(person.error()));
    return *person ? std::move((*person)->account) : std::string{};
}

}  // namespace

struct LdapCredentials::Shared {
    explicit Shared(LdapOptions wanted) : options(std::move(wanted)) {}

    std::unique_ptr<LdapDirectory> borrow() {
        const std::lock_guard lock(mutex);
        if (idle.empty()) return std::make_unique<LdapDirectory>(options.settings);
        auto directory = std::move(idle.back());
        idle.pop_back();
        return directory;
    }
    void give_back(std::unique_ptr<LdapDirectory> directory) {
        const std::lock_guard lock(mutex);
        idle.push_back(std::move(directory));
    }

    // A conversation for `work`, which answers with an LdapResult.
    template <class T, class Work>
    Result<T, StoreFault> with(Work work) {
        auto directory = borrow();
        auto answer = work(*directory);
        give_back(std::move(directory));
        if (answer) return std::move(*answer);
        if (options.report) options.report(answer.error().detail);
        return fail(answer.error().fault);
    }

    // A conversation of its own, so that connecting is a part of what is told.
    Checked try_out(const Claim& claim, Proof password, SteadyTime until, LdapTrace trace) {
        LdapDirectory fresh{options.settings};
        const auto login = identity::fold_account_name(claim.authcid);
        if (!login) {
            trace->emplace_back("no account can have that name");
            return Refused{Refusal::unknown_account, {}};
        }
        auto answer = SignIn{fresh, claim, *login, until, trace}.run(password);
        if (answer) return std::move(*answer);
        trace->push_back("it fails: " + answer.error().detail);
        return fail(answer.error().fault);
    }

    Checked sign_in(const Claim& claim, const std::string& name, Proof password, SteadyTime until) {
        const auto login = identity::fold_account_name(name);
        if (!login) return Refused{Refusal::unknown_account, {}};
        return with<CheckAnswer>([&](LdapDirectory& directory) {
            return SignIn{directory, claim, *login, until, nullptr}.run(password);
        });
    }

    const LdapOptions options;
    std::mutex mutex;
    std::vector<std::unique_ptr<LdapDirectory>> idle;  // guarded by mutex
};

LdapCredentials::LdapCredentials(LdapOptions options)
    : shared_(std::make_shared<Shared>(std::move(options))),
      pool_(std::make_unique<net::PatientPool>(
          net::PoolOptions{.name = "signet-ldap",
                           .threads = shared_->options.threads,
                           .queue_length = shared_->options.threads * kWaitingEach})),
      timeout_(shared_->options.timeout) {}

LdapCredentials::~LdapCredentials() = default;

Task<Checked> LdapCredentials::check(Claim claim, Secret password, Deadline deadline) {
    co_return co_await pool_->run<CheckAnswer>(
        deadline, [shared = shared_, claim = std::move(claim), password = std::move(password),
                   until = deadline.when()] {
            return shared->sign_in(claim, claim.authcid, &password, until);
        });
}

Task<Checked> LdapCredentials::vouched(Claim claim, std::string account, Deadline deadline) {
    co_return co_await pool_->run<CheckAnswer>(
        deadline,
        [shared = shared_, claim = std::move(claim), account = std::move(account),
         until = deadline.when()] { return shared->sign_in(claim, account, nullptr, until); });
}

Task<Result<std::string, StoreFault>> LdapCredentials::account_of(std::string authcid) {
    const auto login = identity::fold_account_name(authcid);
    if (!login) co_return std::string{};
    const auto deadline = Deadline::at(std::chrono::steady_clock::now() + timeout_);
    co_return co_await pool_->run<std::string>(
        deadline, [shared = shared_, login = *login, until = deadline.when()] {
            return shared->with<std::string>([&](LdapDirectory& directory) {
                return account_name(directory.find(login, until, nullptr));
            });
        });
}

// A conversation of its own: what is asked once a day has no connection to wait for.
Task<Result<LdapEverybody, std::string>> LdapCredentials::everybody(std::size_t most,
                                                                    Deadline deadline) {
    using Answer = Result<LdapEverybody, std::string>;
    auto ran = co_await pool_->run<Answer>(
        deadline,
        [shared = shared_, most, until = deadline.when()]() -> Result<Answer, StoreFault> {
            LdapDirectory fresh{shared->options.settings};
            auto all = fresh.everybody(most, until);
            if (!all) return Answer{fail(std::move(all.error().detail))};
            return Answer{std::move(*all)};
        });
    if (!ran) co_return fail("the directory did not answer: " + std::string{name(ran.error())});
    co_return std::move(*ran);
}

Task<LdapTrial> LdapCredentials::try_sign_in(Claim claim, Secret password, Deadline deadline) {
    auto steps = std::make_shared<std::vector<std::string>>();
    auto answer = co_await pool_->run<CheckAnswer>(
        deadline, [shared = shared_, steps, claim = std::move(claim),
                   password = std::move(password), until = deadline.when()] {
            return shared->try_out(claim, &password, until, steps.get());
        });
    // A call that goes on behind its deadline still writes there.
    const bool over = !answer && answer.error() == StoreFault::deadline;
    co_return LdapTrial{std::move(answer), over ? std::vector<std::string>{} : std::move(*steps)};
}

}  // namespace signet::store
