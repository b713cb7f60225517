// CredentialsDatabase and the forms in which a password or a name is written.
#include "identity/fake_hashers.h"
#include "net/run_task.h"
#include "net/system_entropy.h"
#include "store/credentials_database.h"
#include "store/memory_accounts.h"

#include <gtest/gtest.h>

#include <atomic>

namespace signet::store {
namespace {

using identity::Account;
using identity::Refusal;

class CredentialsFormsTest : public testing::Test {
protected:
    void add(std::string name, std::string password_hash) {
        Account account;
        account.name = std::move(name);
        account.password().secret = std::move(password_hash);
        ASSERT_TRUE(net::run_task(accounts_.add(std::move(account))));
    }
    std::optional<Refusal> refusal(std::string_view authcid, std::string_view password) {
        const auto answer = net::run_task(database_.check(
            {std::string{authcid}, "PLAIN"}, Secret::copy_of(password), Deadline::never()));
        const auto* refused = std::get_if<identity::Refused>(&answer.value());
        return refused ? std::optional{refused->why} : std::nullopt;
    }
    bool opens(std::string_view authcid, std::string_view password) {
        return !refusal(authcid, password);
    }

    ManualClock clock_;
    SeededEntropy entropy_{5};
    identity::CountingHasher hasher_;
    MemoryAccounts accounts_{clock_};
    net::WorkerPool pool_{{.name = "hash", .max_wait = std::chrono::milliseconds{0}}};
    CredentialsDatabase database_{accounts_, hasher_, pool_, clock_, entropy_, {}};
};

// docs/decisions/0085-passwords-are-prepared.md
TEST_F(CredentialsFormsTest, APasswordOpensInEverySpellingAndOldHashesKeepTheirs) {
    const std::string nfc = "caf\u00E9", nfd = "cafe\u0301";
    add("new", hasher_.hash(nfc).value());          // as a password is hashed when it is set today
    add("old", hasher_.hash(nfd).value());          // as it was sent once
    add("imported", hasher_.hash("fish").value());  // by a server that used SASLprep
    hasher_.hashes = 0;
    EXPECT_TRUE(opens("new", nfc));
    EXPECT_TRUE(opens("new", nfd));
    EXPECT_FALSE(opens("new", "cafe"));
    EXPECT_EQ(hasher_.hashes, 0u);
    EXPECT_FALSE(opens("old", nfc)) << "its octets are those of the other spelling";
    EXPECT_TRUE(opens("old", nfd));
    EXPECT_EQ(hasher_.hashes, 1u) << "now it is kept in the form that all spellings have";
    EXPECT_TRUE(opens("old", nfc));
    EXPECT_TRUE(opens("imported", "\uFB01sh"));
    EXPECT_EQ(hasher_.hashes, 2u);
    EXPECT_TRUE(opens("imported", "\uFB01sh"));
}

TEST_F(CredentialsFormsTest,
       security_12_a_password_of_many_forms_costs_the_same_whoever_it_is_for) {
    add("ann", hasher_.hash("right").value());
    add("none", "");
    for (const auto* name : {"ann", "nobody", "a b%", "none"}) {
        hasher_.verifies = 0;
        EXPECT_FALSE(opens(name, "\u00A0\uFB01"));
        EXPECT_EQ(hasher_.verifies, 3u) << name;
    }
}

TEST_F(CredentialsFormsTest, security_24_a_sign_that_nobody_sees_makes_no_second_name) {
    add("ann", hasher_.hash("right").value());
    EXPECT_TRUE(opens("ann", "right"));
    for (const auto* name : {"ann\u200B", "\u200Bann", "an\u00ADn", "ann\uFEFF", "\u0430nn"}) {
        EXPECT_EQ(refusal(name, "right"), Refusal::unknown_account) << name;
    }
}

// security.md class 11: what a login was granted ends with what it was granted for.
TEST_F(CredentialsFormsTest, security_11_a_login_stands_until_its_account_changes) {
    add("ann", hasher_.hash("right").value());
    const auto log_in = [&] {
        const auto answer = net::run_task(
            database_.check({"ann", "PLAIN"}, Secret::copy_of("right"), Deadline::never()));
        return std::get<identity::Login>(answer.value());
    };
    const auto stands = [&](const identity::Login& login) {
        return net::run_task(database_.still_stands(login)).value();
    };
    const auto change = [&](void (*how)(Account&)) {
        auto account = net::run_task(accounts_.find("ann")).value().value();
        how(account);
        ASSERT_TRUE(net::run_task(accounts_.update(std::move(account))));
    };
    auto login = log_in();
    EXPECT_TRUE(stands(login));
    for (const auto how : {+[](Account& account) { account.send_as = {{"b", "example.com"}}; },
                           +[](Account& account) { account.limits.message_recipients = 1; },
                           +[](Account& account) { account.groups = {"staff"}; }}) {
        const auto before = database_.generation();
        change(how);
        EXPECT_GT(database_.generation(), before);
        EXPECT_FALSE(stands(login));
        login = log_in();
        EXPECT_TRUE(stands(login));
    }
    // The same password in another form is no change: nobody who is signed in notices.
    auto account = net::run_task(accounts_.find("ann")).value().value();
    account.password().secret = hasher_.hash("right").value();
    ASSERT_TRUE(net::run_task(accounts_.renew_credentials(account)));
    EXPECT_TRUE(stands(login));

    change([](Account& disabled) { disabled.enabled = false; });
    EXPECT_FALSE(stands(login));
    change([](Account& enabled) { enabled.enabled = true; });
    EXPECT_FALSE(stands(login));  // whoever disabled it meant the sessions, too
    login = log_in();
    ASSERT_TRUE(net::run_task(accounts_.remove("ann")));
    EXPECT_FALSE(stands(login));
    add("ann", hasher_.hash("right").value());
    EXPECT_FALSE(stands(login));  // another account of the same name
}

}  // namespace
}  // namespace signet::store
