// What every identity::CredentialStore must do.  An implementation is a CredentialBench and a line
// in credentials_test.cc.
#pragma once

#include "conformance/credential_bench.h"
#include "net/io_threads.h"
#include "net/run_task.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <string>
#include <thread>
#include <vector>

namespace signet::conformance {

class CredentialStoreSuite : public testing::TestWithParam<MakeCredentialBench> {
protected:
    using Checked = Result<identity::CheckAnswer, StoreFault>;

    void SetUp() override {
        bench_ = GetParam()();
        if (!bench_) GTEST_SKIP() << "what this store needs is not here (tools/peers.sh)";
    }
    identity::CredentialStore& store() { return bench_->store(); }

    static Deadline soon() {
        return Deadline::at(std::chrono::steady_clock::now() + std::chrono::seconds{30});
    }
    Checked check(std::string_view name, std::string_view password) {
        return net::run_task(store().check({std::string{name}, "PLAIN", "192.0.2.1"},
                                           Secret::copy_of(password), soon()));
    }
    // "granted ann@example.com", "bad_password ann@example.com", "unavailable"
    static std::string told(const Checked& answer) {
        if (!answer) return std::string{name(answer.error())};
        if (const auto* refused = std::get_if<identity::Refused>(&*answer)) {
            const auto why = std::string{name(refused->why)};
            return refused->account.empty() ? why : why + " " + refused->account;
        }
        return "granted " + std::get<identity::Login>(*answer).account;
    }
    std::string checked(std::string_view name, std::string_view password) {
        return told(check(name, password));
    }
    // Of names that nobody has and some that would be more than a name to a careless store.
    static std::vector<std::string> odd_names() {
        using namespace std::string_literals;
        return {"",
                "@",
                "ann",
                "ann@",
                "@example.com",
                "*",
                "*@example.com",
                "ann*",
                "ann@example.com\0"s,
                "\0ann@example.com"s,
                "ann@example.com ",
                "ann@example.com\n",
                "ann@example.com)(uid=*",
                "*)(uid=*",
                "ann\\2a@example.com",
                "ann@example.com,dc=x",
                "' OR '1'='1",
                "ann@example.com'--",
                "\"ann\"@example.com",
                "%s%n%d",
                "{login}",
                "../../etc/passwd",
                "\xC3\xA4nn@example.com",
                "\xC3(",
                "\xFF\xFE",
                "a\xCC\x88nn@example.com",
                std::string(10'240, 'a'),
                std::string(10'240, '(') + "@example.com"};
    }

    std::unique_ptr<CredentialBench> bench_;
};

TEST_P(CredentialStoreSuite, the_right_password_is_a_login) {
    const auto answer = check(kAnn.name, kAnn.password);
    ASSERT_EQ(told(answer), "granted ann@example.com");
    const auto& login = std::get<identity::Login>(*answer);
    EXPECT_EQ(login.authcid, kAnn.name);
    EXPECT_EQ(login.method, "PLAIN");
    EXPECT_TRUE(login.may_send_as({"ann", "example.com"}));
    EXPECT_FALSE(login.may_send_as({"bob", "example.com"}));
    EXPECT_TRUE(net::run_task(store().still_stands(login)).value());
}

TEST_P(CredentialStoreSuite, a_name_is_compared_without_case_and_kept_as_it_was_presented) {
    const auto answer = check("ANN@Example.COM", kAnn.password);
    ASSERT_EQ(told(answer), "granted ann@example.com");
    EXPECT_EQ(std::get<identity::Login>(*answer).authcid, "ANN@Example.COM");
}

TEST_P(CredentialStoreSuite, another_password_is_wrong_each_time) {
    using namespace std::string_literals;
    const auto right = std::string{kAnn.password};
    for (int i = 0; i < 2; ++i) {
        for (const auto& wrong :
             {"wrong"s, right + "x", right + "\0x"s, right + "\0"s, right.substr(1),
              std::string{kBob.password}, ""s, std::string(10'240, 'x')}) {
            EXPECT_EQ(checked(kAnn.name, wrong), "bad_password ann@example.com");
        }
        EXPECT_EQ(checked(kAnn.name, right), "granted ann@example.com");
    }
}

TEST_P(CredentialStoreSuite, nobody_is_unknown) {
    EXPECT_EQ(checked("eve@example.com", "wrong"), "unknown_account");
    if (bench_->looks_up()) EXPECT_EQ(checked("eve@example.com", ""), "unknown_account");
}

TEST_P(CredentialStoreSuite, who_is_locked_out_is_told_by_the_right_password_alone) {
    EXPECT_EQ(checked(kOff.name, kOff.password), "account_disabled off@example.com");
    EXPECT_EQ(checked(kOff.name, "wrong"), "bad_password off@example.com");
}

TEST_P(CredentialStoreSuite, security_10_an_odd_name_is_nobodys) {
    for (const auto& name : odd_names()) {
        EXPECT_EQ(checked(name, kAnn.password), "unknown_account") << name.substr(0, 60);
        EXPECT_EQ(net::run_task(store().account_of(name)).value(), "") << name.substr(0, 60);
    }
    EXPECT_EQ(checked(kAnn.name, kAnn.password), "granted ann@example.com");
}

TEST_P(CredentialStoreSuite, account_of_names_who_is_there) {
    if (!bench_->looks_up()) GTEST_SKIP() << "it cannot say who there is";
    EXPECT_EQ(net::run_task(store().account_of("Ann@example.com")).value(), "ann@example.com");
    EXPECT_EQ(net::run_task(store().account_of(std::string{kOff.name})).value(), "off@example.com");
    EXPECT_EQ(net::run_task(store().account_of("eve@example.com")).value(), "");
}

TEST_P(CredentialStoreSuite, who_is_vouched_for_is_let_in_if_his_account_opens) {
    const auto vouched = [&](std::string_view account) {
        return told(net::run_task(
            store().vouched({"a token", "OAUTHBEARER"}, std::string{account}, soon())));
    };
    EXPECT_EQ(vouched(kAnn.name), "granted ann@example.com");
    EXPECT_EQ(vouched(kOff.name), "account_disabled off@example.com");
    EXPECT_EQ(vouched("eve@example.com"), "unknown_account");
    EXPECT_EQ(vouched("*"), "unknown_account");
}

TEST_P(CredentialStoreSuite, a_decoy_is_stable_and_looks_like_an_account) {
    if (!bench_->proofs()) GTEST_SKIP() << "it checks passwords alone";
    constexpr auto kKind = sasl::ProofKind::scram_sha256;
    const auto salt = [&](std::string_view name) {
        return net::run_task(store().salt(std::string{name}, kKind, soon())).value();
    };
    ASSERT_EQ(checked(kAnn.name, kAnn.password), "granted ann@example.com");  // makes a verifier
    for (const auto& name : odd_names()) {
        const auto first = salt(name), second = salt(name);
        EXPECT_EQ(first.octets, second.octets);
        EXPECT_EQ(first.octets.size(), salt(kAnn.name).octets.size());
        EXPECT_EQ(first.iterations, salt(kAnn.name).iterations);
        EXPECT_EQ(first.account, "");
        const auto proven = net::run_task(
            store().check_proof({{name, "SCRAM-SHA-256"}, kKind, "message", "proof"}, soon()));
        EXPECT_EQ(told(proven->answer), "unknown_account");
    }
    EXPECT_NE(salt("eve@example.com").octets, salt("eva@example.com").octets);
}

TEST_P(CredentialStoreSuite, a_time_that_is_over_is_a_fault) {
    const auto answer = net::run_task(store().check(
        {std::string{kBob.name}, "PLAIN", "192.0.2.1"}, Secret::copy_of(kBob.password),
        Deadline::at(SteadyTime{std::chrono::seconds{1}})));
    EXPECT_EQ(told(answer), "deadline");
}

// What cannot be found out is neither wrong nor unknown.
TEST_P(CredentialStoreSuite, a_store_that_is_down_says_so_and_is_back_when_it_is) {
    ASSERT_EQ(checked(kAnn.name, kAnn.password), "granted ann@example.com");
    if (!bench_->take_down()) GTEST_SKIP() << "it relies on nothing";
    for (const auto& [name, password] : {std::pair{kAnn.name, kAnn.password},
                                         {kAnn.name, std::string_view{"wrong"}},
                                         {std::string_view{"eve@example.com"}, "wrong"}}) {
        const auto answer = check(name, password);
        ASSERT_FALSE(answer) << told(answer);
        EXPECT_NE(answer.error(), StoreFault::conflict);
    }
    if (bench_->looks_up()) {
        EXPECT_FALSE(net::run_task(store().account_of(std::string{kAnn.name})));
    }
    EXPECT_FALSE(net::run_task(store().vouched({"t", "X"}, std::string{kAnn.name}, soon())));
    bench_->bring_back();
    EXPECT_EQ(checked(kAnn.name, kAnn.password), "granted ann@example.com");
    EXPECT_EQ(checked("eve@example.com", "wrong"), "unknown_account");
}

TEST_P(CredentialStoreSuite, security_11_identities_are_never_swapped) {
    constexpr unsigned kThreads = 4, kTries = 200;
    std::atomic<unsigned> right = 0, done = 0;
    const auto try_one = [&](const BenchAccount& who) -> Task<void> {
        const auto answer = co_await store().check({std::string{who.name}, "PLAIN", "192.0.2.1"},
                                                   Secret::copy_of(who.password), soon());
        if (told(answer) == "granted " + std::string{who.name}) ++right;
        ++done;
    };
    net::IoThreads io{kThreads};
    for (unsigned i = 0; i < kTries; ++i) io.spawn(i % kThreads, try_one(i % 2 ? kAnn : kBob));
    io.start();
    while (done < kTries) std::this_thread::yield();
    io.stop();
    EXPECT_EQ(right, kTries);
}

}  // namespace signet::conformance
