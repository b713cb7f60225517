#include "store/credentials_database.h"
#include "identity/fake_hashers.h"

#include "net/run_task.h"
#include "net/system_entropy.h"
#include "store/memory_accounts.h"

#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <mutex>

namespace signet::store {
namespace {

using identity::Account;
using identity::CheckAnswer;
using identity::Login;
using identity::PasswordFormat;
using identity::Refusal;
using identity::Refused;
using Checked = Result<CheckAnswer, StoreFault>;

// Old formats of the password "pencil", and "U*U" for bcrypt; made by other programs.
const std::string kYescrypt =
    "$y$j75$F5Jx5fExrKuPp53xLKQ..1$ZZk4Wq3zBBM9B7MxvDKfRXpJ7vFEg1eScQsxRdJWyAA";
const std::string kBcrypt =
    "{BLF-CRYPT}$2y$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW";

// An account store that fails as it is told.
class FaultyAccounts final : public identity::AccountStore {
public:
    explicit FaultyAccounts(identity::AccountStore& real) : real_(real) {}
    Task<Result<std::optional<Account>, StoreFault>> find(std::string name) override {
        if (find_fault) co_return fail(*find_fault);
        co_return co_await real_.find(std::move(name));
    }
    Task<Result<std::vector<Account>, StoreFault>> list() override { return real_.list(); }
    Task<Result<Account, StoreFault>> add(Account account) override {
        return real_.add(std::move(account));
    }
    Task<Result<Account, StoreFault>> update(Account account) override {
        return real_.update(std::move(account));
    }
    Task<Result<identity::VerifierCensus, StoreFault>> census() override { return real_.census(); }
    Task<Result<Account, StoreFault>> renew_credentials(Account account) override {
        if (renew_fault) co_return fail(*renew_fault);
        co_return co_await real_.renew_credentials(std::move(account));
    }
    Task<Result<bool, StoreFault>> remove(std::string name) override {
        return real_.remove(std::move(name));
    }
    std::uint64_t generation() const override { return real_.generation(); }
    std::optional<StoreFault> find_fault, renew_fault;

private:
    identity::AccountStore& real_;
};

class CredentialsDatabaseTest : public testing::Test {
protected:
    ManualClock clock_;
    SeededEntropy entropy_{5};
    identity::CountingHasher hasher_;
    MemoryAccounts memory_{clock_};
    FaultyAccounts accounts_{memory_};
    net::WorkerPool pool_{{.name = "hash",
                           .threads = 1,
                           .queue_length = 2,
                           .max_wait = std::chrono::milliseconds{0}}};
    CredentialsDatabase database_{accounts_, hasher_, pool_, clock_, entropy_, {}};

    Account add(std::string name, std::string password_hash) {
        Account account;
        account.name = std::move(name);
        account.password().secret = std::move(password_hash);
        account.send_as = {{"ann", "example.com"}};
        return net::run_task(memory_.add(std::move(account))).value();
    }
    Account add_ann() {
        auto added = add("ann", hasher_.hash("right").value());
        hasher_.hashes = 0;
        return added;
    }
    Account current(std::string name) {
        return net::run_task(memory_.find(std::move(name))).value().value();
    }
    void change(std::string name, void (*how)(Account&)) {
        auto account = current(std::move(name));
        how(account);
        ASSERT_TRUE(net::run_task(memory_.update(std::move(account))));
    }

    Task<Checked> checking(std::string_view authcid, std::string_view password) {
        return database_.check({std::string{authcid}, "PLAIN"}, Secret::copy_of(password),
                               Deadline::never());
    }
    Checked check(std::string_view authcid, std::string_view password) {
        return net::run_task(checking(authcid, password));
    }
    bool opens(std::string_view authcid, std::string_view password) {
        const auto answer = check(authcid, password);
        return answer && std::holds_alternative<Login>(*answer);
    }
    Refusal why(std::string_view authcid, std::string_view password) {
        const auto answer = check(authcid, password);
        return std::get<Refused>(answer.value()).why;
    }
};

TEST_F(CredentialsDatabaseTest, ARightPasswordGivesALoginWithWhatTheAccountMayDo) {
    add_ann();
    const auto answer = check("Ann", "right");
    const auto& login = std::get<Login>(answer.value());
    EXPECT_EQ(login.account, "ann");
    EXPECT_EQ(login.authcid, "Ann");
    EXPECT_EQ(login.method, "PLAIN");
    EXPECT_EQ(login.credential_id, "password");
    EXPECT_EQ(login.send_as, (std::vector<identity::SendAs>{{"ann", "example.com"}}));
}

TEST_F(CredentialsDatabaseTest, EachRefusalKnowsItsReason) {
    add_ann();
    add("locked", "!");
    add("old", "$1$abcd0123$9Qcg8DyviekV3tDGMZynJ1");
    add("none", "");
    EXPECT_EQ(why("ann", "wrong"), Refusal::bad_password);
    EXPECT_EQ(why("ann", ""), Refusal::bad_password);
    EXPECT_EQ(why("nobody", "right"), Refusal::unknown_account);
    EXPECT_EQ(why("locked", "right"), Refusal::no_usable_password);
    EXPECT_EQ(why("old", "right"), Refusal::no_usable_password);
    EXPECT_EQ(why("none", ""), Refusal::no_usable_password);
    const auto unknown = check("nobody", "right"), wrong = check("ANN", "wrong");
    EXPECT_EQ(std::get<Refused>(unknown.value()).account, "");
    EXPECT_EQ(std::get<Refused>(wrong.value()).account, "ann");
}

TEST_F(CredentialsDatabaseTest, TheStateOfAnAccountShowsOnlyAfterARightPassword) {
    add_ann();
    change("ann", [](Account& a) { a.enabled = false; });
    EXPECT_EQ(why("ann", "wrong"), Refusal::bad_password);
    EXPECT_EQ(why("ann", "right"), Refusal::account_disabled);
    change("ann", [](Account& a) { a.enabled = true, a.may_submit = false; });
    EXPECT_EQ(why("ann", "wrong"), Refusal::bad_password);
    EXPECT_EQ(why("ann", "right"), Refusal::may_not_submit);
}

// Class 12: what a guesser could measure is the work, so the work is counted.
TEST_F(CredentialsDatabaseTest, AnAccountThatSomebodyVouchesForOpensWithoutAPassword) {
    add_ann();
    const auto vouched = [&](std::string account) {
        return net::run_task(
            database_.vouched({"ann@token", "OAUTHBEARER"}, std::move(account), Deadline::never()));
    };
    const auto answer = vouched("ANN");
    const auto& login = std::get<Login>(answer.value());
    EXPECT_EQ(login.account, "ann");
    EXPECT_EQ(login.authcid, "ann@token");
    EXPECT_EQ(login.method, "OAUTHBEARER");
    EXPECT_EQ(std::get<Refused>(vouched("nobody").value()).why, Refusal::unknown_account);
    EXPECT_EQ(std::get<Refused>(vouched("no name").value()).why, Refusal::unknown_account);
    change("ann", [](Account& a) { a.enabled = false; });
    EXPECT_EQ(std::get<Refused>(vouched("ann").value()).why, Refusal::account_disabled);
    change("ann", [](Account& a) { a.enabled = true, a.may_submit = false; });
    EXPECT_EQ(std::get<Refused>(vouched("ann").value()).why, Refusal::may_not_submit);
    accounts_.find_fault = StoreFault::unavailable;
    EXPECT_EQ(vouched("ann").error(), StoreFault::unavailable);
}

TEST_F(CredentialsDatabaseTest, security_12_unknown_and_wrong_cost_one_hash_of_the_default_scheme) {
    add_ann();
    add("none", "");
    add("old", "$1$abcd0123$9Qcg8DyviekV3tDGMZynJ1");
    struct Case {
        std::string what, authcid;
        unsigned decoys;
    };
    const Case cases[] = {
        {"known", "ann", 0},           {"unknown", "nobody", 1},
        {"no name at all", "a b%", 1}, {"without a password", "none", 1},
        {"legacy format", "old", 1},
    };
    for (const auto& c : cases) {
        for (int again = 0; again < 3; ++again) {
            hasher_.verifies = hasher_.decoys = 0;
            EXPECT_FALSE(opens(c.authcid, "wrong")) << c.what;
            EXPECT_EQ(hasher_.verifies, 1u) << c.what;
            EXPECT_EQ(hasher_.decoys, c.decoys) << c.what;
        }
    }
    EXPECT_EQ(hasher_.hashes, 0u);
}

TEST_F(CredentialsDatabaseTest, ASecondSignInCostsNoHashUntilTheCacheForgets) {
    add_ann();
    EXPECT_TRUE(opens("ann", "right"));
    EXPECT_TRUE(opens("ANN", "right"));
    EXPECT_EQ(hasher_.verifies, 1u);
    EXPECT_FALSE(opens("ann", "wrong"));
    EXPECT_FALSE(opens("ann", "wrong"));
    EXPECT_EQ(hasher_.verifies, 3u) << "a failure is never cached";
    clock_.advance(std::chrono::seconds{120});
    EXPECT_TRUE(opens("ann", "right"));
    EXPECT_EQ(hasher_.verifies, 4u);
}

TEST_F(CredentialsDatabaseTest, security_11_every_change_of_an_account_empties_its_cache_at_once) {
    add_ann();
    EXPECT_TRUE(opens("ann", "right"));
    change("ann", [](Account& a) { a.enabled = false; });
    EXPECT_EQ(why("ann", "right"), Refusal::account_disabled);
    change("ann", [](Account& a) { a.enabled = true; });
    EXPECT_TRUE(opens("ann", "right"));

    change("ann", [](Account& a) { a.password().secret = kYescrypt; });
    EXPECT_EQ(why("ann", "right"), Refusal::bad_password);
    EXPECT_TRUE(opens("ann", "pencil"));

    EXPECT_TRUE(net::run_task(memory_.remove("ann")).value());
    EXPECT_EQ(why("ann", "pencil"), Refusal::unknown_account);
    add("ann", "");
    EXPECT_EQ(why("ann", "pencil"), Refusal::no_usable_password);
}

TEST_F(CredentialsDatabaseTest, AnOldFormatIsMadeAnewAtTheFirstSignIn) {
    const auto before = add("ann", kYescrypt);
    add("bob", kBcrypt);
    EXPECT_FALSE(opens("ann", "wrong"));
    EXPECT_EQ(current("ann").password_hash(), kYescrypt) << "a wrong password changes nothing";
    EXPECT_TRUE(opens("ann", "pencil"));
    EXPECT_TRUE(opens("bob", "U*U"));
    for (const auto* name : {"ann", "bob"}) {
        EXPECT_TRUE(current(name).password_hash().starts_with("$argon2id$v=19$m=64,t=1,p=1$"));
    }
    EXPECT_EQ(hasher_.hashes, 2u);

    hasher_.verifies = 0;
    EXPECT_TRUE(opens("ann", "pencil"));
    EXPECT_EQ(hasher_.verifies, 0u) << "the new hash is the one that was cached";
    EXPECT_EQ(current("ann").revision, before.revision) << "nobody who is signed in notices";
    clock_.advance(std::chrono::seconds{121});
    EXPECT_TRUE(opens("ann", "pencil")) << "by the new hash";
    EXPECT_FALSE(opens("ann", "pencils"));
    EXPECT_EQ(hasher_.hashes, 2u);
}

TEST_F(CredentialsDatabaseTest, ADisabledAccountIsNotMadeAnew) {
    add("ann", kYescrypt);
    change("ann", [](Account& a) { a.enabled = false; });
    EXPECT_EQ(why("ann", "pencil"), Refusal::account_disabled);
    EXPECT_EQ(current("ann").password_hash(), kYescrypt);
}

TEST_F(CredentialsDatabaseTest, AStoreThatCannotKeepTheNewHashIsNotInTheWay) {
    add("ann", kYescrypt);
    for (const auto fault : {StoreFault::conflict, StoreFault::full, StoreFault::unavailable}) {
        accounts_.renew_fault = fault;
        EXPECT_TRUE(opens("ann", "pencil")) << name(fault);
        EXPECT_EQ(current("ann").password_hash(), kYescrypt);
        clock_.advance(std::chrono::seconds{121});
    }
}

TEST_F(CredentialsDatabaseTest, ABrokenStoreIsAFaultAndNeverAWrongPassword) {
    add_ann();
    EXPECT_TRUE(opens("ann", "right"));
    for (const auto fault : {StoreFault::unavailable, StoreFault::corrupt, StoreFault::deadline}) {
        accounts_.find_fault = fault;
        EXPECT_EQ(check("ann", "right").error(), fault) << "the cache does not stand in";
        EXPECT_EQ(check("ann", "wrong").error(), fault);
    }
    EXPECT_EQ(hasher_.verifies, 1u);
}

TEST_F(CredentialsDatabaseTest, AHashThatCannotBeComputedIsAFault) {
    add_ann();
    hasher_.fault = crypto::HashFault::no_memory;
    EXPECT_EQ(check("ann", "right").error(), StoreFault::unavailable);
    EXPECT_EQ(check("nobody", "right").error(), StoreFault::unavailable);
    hasher_.fault = crypto::HashFault::unusable;
    EXPECT_EQ(check("ann", "right").error(), StoreFault::corrupt);
}

TEST_F(CredentialsDatabaseTest, WhoseTimeIsOverGetsNoHash) {
    add_ann();
    const auto over = Deadline::in(clock_, std::chrono::microseconds{0});
    const auto answer =
        net::run_task(database_.check({"ann", "PLAIN"}, Secret::copy_of("right"), over));
    EXPECT_EQ(answer.error(), StoreFault::deadline);
    EXPECT_EQ(hasher_.verifies, 0u);
}

// Class 16: sixteen guessers keep the pool busy; who signed in a moment ago does not notice, and
// who finds no room is told to come again, not that his password is wrong.
TEST_F(CredentialsDatabaseTest, security_16_a_flood_of_wrong_passwords_is_bounded) {
    add_ann();
    ASSERT_TRUE(opens("ann", "right"));
    hasher_.verifies = 0;
    hasher_.gate();

    std::vector<Checked> floods;
    // NOLINTNEXTLINE(cppcoreguidelines-avoid-capturing-lambda-coroutines): outlives run_tasks
    const auto guess = [&](std::string_view password) -> Task<void> {
        floods.push_back(co_await checking("ann", password));
    };
    // NOLINTNEXTLINE(cppcoreguidelines-avoid-capturing-lambda-coroutines): outlives run_tasks
    const auto first_is_at_work = [&]() -> Task<void> {
        hasher_.wait_until_entered(1);
        co_return;
    };
    // NOLINTNEXTLINE(cppcoreguidelines-avoid-capturing-lambda-coroutines): outlives run_tasks
    const auto cached = [&]() -> Task<void> {
        const auto answer = co_await checking("ann", "right");
        EXPECT_TRUE(answer && std::holds_alternative<Login>(*answer));
        EXPECT_EQ(hasher_.verifies, 1u) << "answered while the one hash was still being computed";
        hasher_.release();
    };
    std::vector<Task<void>> tasks;
    tasks.push_back(guess("first"));
    tasks.push_back(first_is_at_work());
    for (int i = 0; i < 15; ++i) tasks.push_back(guess("guess"));
    tasks.push_back(cached());
    net::run_tasks(std::move(tasks));

    ASSERT_EQ(floods.size(), 16u);
    const auto refused = std::ranges::count_if(floods, [](const Checked& answer) {
        return !answer && answer.error() == StoreFault::unavailable;
    });
    EXPECT_EQ(refused, 13) << "one is at work and two wait; the others found no room";
    EXPECT_EQ(hasher_.verifies, 3u);
    EXPECT_TRUE(opens("ann", "right"));
    EXPECT_EQ(why("ann", "wrong"), Refusal::bad_password) << "and afterwards all is as before";
}

TEST(CredentialsDatabase, security_11_two_users_in_parallel_never_swap_identity) {
    ManualClock clock;
    SeededEntropy entropy{6};
    identity::CountingHasher hasher;
    MemoryAccounts accounts{clock};
    net::WorkerPool pool{{.name = "hash", .threads = 4, .max_wait = std::chrono::milliseconds{0}}};
    CredentialsDatabase database{accounts, hasher, pool, clock, entropy, {}};
    for (const auto* name : {"ann", "bob"}) {
        Account account;
        account.name = name;
        account.password().secret = hasher.hash("password of " + account.name).value();
        account.send_as = {{account.name, "example.com"}};
        ASSERT_TRUE(net::run_task(accounts.add(account)));
    }
    int granted = 0, refused = 0;
    // NOLINTNEXTLINE(cppcoreguidelines-avoid-capturing-lambda-coroutines): outlives run_tasks
    const auto sign_in = [&](std::string name, std::string password_of) -> Task<void> {
        auto answer = co_await database.check({name, "PLAIN"}, Secret{"password of " + password_of},
                                              Deadline::never());
        const auto* login = std::get_if<Login>(&answer.value());
        EXPECT_EQ(login != nullptr, name == password_of);
        ++(login ? granted : refused);
        if (!login) co_return;
        EXPECT_EQ(login->account, name);
        EXPECT_EQ(login->send_as[0].local_part, name);
    };
    for (int round = 0; round < 10; ++round) {
        std::vector<Task<void>> tasks;
        for (int i = 0; i < 100; ++i) {
            tasks.push_back(sign_in("ann", i % 10 == 0 ? "bob" : "ann"));
            tasks.push_back(sign_in("bob", i % 10 == 0 ? "ann" : "bob"));
        }
        net::run_tasks(std::move(tasks));
    }
    EXPECT_EQ(granted, 1'800);
    EXPECT_EQ(refused, 200);
}

}  // namespace
}  // namespace signet::store
