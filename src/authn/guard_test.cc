#include "authn/guard.h"

#include "authn/guarded_store.h"
#include "authn/known_passwords.h"
#include "net/run_task.h"
#include "store/memory_accounts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace signet::authn {
namespace {

using namespace std::chrono_literals;
using identity::CheckAnswer;
using identity::Claim;
using identity::Refusal;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

// Where sign-ins came from cannot be found out.
class BrokenFamiliar final : public identity::FamiliarNetworks {
public:
    Task<Result<bool, StoreFault>> familiar(std::string, std::string, WallTime) override {
        co_return fail(StoreFault::unavailable);
    }
    Task<Result<void, StoreFault>> signed_in(std::string, std::string, WallTime) override {
        co_return fail(StoreFault::full);
    }
};

class GuardTest : public testing::Test {
protected:
    GuardTest() {
        passwords_.passwords = {{"ann", "right"}, {"bob", "right"}};
        for (const auto& [name, password] : passwords_.passwords) {
            identity::Account account;
            account.name = name;
            EXPECT_TRUE(net::run_task(accounts_.add(account)));
        }
    }

    Result<CheckAnswer, StoreFault> tries(std::string name, std::string_view password,
                                          std::string client = "192.0.2.1") {
        return net::run_task(store_.check({std::move(name), "PLAIN", std::move(client)},
                                          Secret::copy_of(password), Deadline::never()));
    }
    std::optional<Refusal> refusal(std::string name, std::string_view password,
                                   std::string client = "192.0.2.1") {
        const auto answer = tries(std::move(name), password, std::move(client));
        const auto* refused = std::get_if<identity::Refused>(&answer.value());
        return refused ? std::optional{refused->why} : std::nullopt;
    }
    std::chrono::milliseconds hold_back(std::string name, std::string_view password) {
        return std::get<identity::Refused>(tries(std::move(name), password).value()).hold_back;
    }
    void guesses(std::string name, int times, std::string client = "192.0.2.1") {
        for (int i = 0; i < times; ++i) tries(name, "guess " + std::to_string(i), client);
    }

    ManualClock clock_;
    SeededEntropy entropy_{1};
    store::MemoryAccounts accounts_{clock_};
    KnownPasswords passwords_;
    std::vector<limits::Ban> told_;
    Guard guard_{clock_, entropy_, accounts_,
                 [this](const limits::Ban& ban) { told_.push_back(ban); }};
    GuardedStore store_{passwords_, guard_, 2};
};

TEST_F(GuardTest, security_16_guessing_brings_a_ban_and_nothing_is_checked_any_more) {
    guesses("ann", 5);
    EXPECT_EQ(passwords_.checks, 5u);
    EXPECT_EQ(refusal("ann", "right"), Refusal::throttled);
    EXPECT_EQ(passwords_.checks, 5u);
    ASSERT_THAT(told_, SizeIs(1));
    EXPECT_EQ(told_[0].account, "ann");
    EXPECT_EQ(told_[0].network, "192.0.2.1");
    EXPECT_EQ(told_[0].until, clock_.wall() + 15min);
    clock_.advance(15min);
    EXPECT_EQ(refusal("ann", "right"), std::nullopt);
}

TEST_F(GuardTest, security_16_a_ban_is_of_the_pair_and_no_other_suffers) {
    guesses("ann", 5);
    EXPECT_EQ(refusal("ann", "right", "192.0.2.2"), std::nullopt) << "the victim";
    EXPECT_EQ(refusal("bob", "right"), std::nullopt) << "the guesser's neighbours";
}

// Case, white space, mechanism and the host's other addresses are no other account and no other
// network.
TEST_F(GuardTest, security_16_disguises_do_not_help) {
    int i = 0;
    for (const auto* client : {"2001:db8::1", "2001:db8::2", "2001:db8::ffff:1"}) {
        for (const auto* name : {"ann", "ANN", "\xEF\xBD\x81nn"}) {  // a full-width a
            tries(name, std::to_string(i++), client);
        }
    }
    EXPECT_EQ(passwords_.checks, 5u);
    EXPECT_EQ(refusal("Ann", "right", "2001:db8::abcd"), Refusal::throttled);
    EXPECT_EQ(refusal("ann", "right", "2001:db8:0:1::1"), std::nullopt);
}

TEST_F(GuardTest, names_that_no_account_has_are_banned_alike) {
    guesses("nobody", 5);
    EXPECT_EQ(refusal("nobody", "right"), Refusal::throttled);
    ASSERT_THAT(told_, SizeIs(1));
    EXPECT_EQ(told_[0].account, "") << "what was typed may be a password";
}

TEST_F(GuardTest, where_the_account_signed_in_lately_it_is_not_banned) {
    EXPECT_EQ(refusal("ann", "right"), std::nullopt);
    clock_.advance(std::chrono::days{29});
    guesses("ann", 50);
    EXPECT_EQ(refusal("ann", "right"), std::nullopt);
    EXPECT_THAT(told_, IsEmpty());
    guesses("bob", 5);
    EXPECT_EQ(refusal("bob", "right"), Refusal::throttled) << "it is not his home";
    clock_.advance(std::chrono::days{31});
    guesses("ann", 5);
    EXPECT_EQ(refusal("ann", "right"), Refusal::throttled);
}

// The ban was there before the account became familiar: at its new office, on another device.
TEST_F(GuardTest, a_ban_ends_where_the_account_becomes_familiar) {
    guesses("ann", 5);
    EXPECT_TRUE(net::run_task(accounts_.signed_in("ann", "192.0.2.1", clock_.wall())));
    EXPECT_EQ(refusal("ann", "right"), std::nullopt);
}

TEST_F(GuardTest, the_shelter_is_never_banned) {
    guard_.set({}, {*parse_network("192.0.2.0/24"), *parse_network("::1")});
    guesses("ann", 20);
    for (int i = 0; i < 20; ++i) tries("name" + std::to_string(i), "guess");
    guesses("ann", 20, "::1");
    EXPECT_EQ(refusal("ann", "right"), std::nullopt);
    EXPECT_EQ(refusal("ann", "right", "::1"), std::nullopt);
    EXPECT_THAT(told_, IsEmpty());
    guesses("bob", 5, "::2");
    EXPECT_EQ(refusal("bob", "right", "::2"), Refusal::throttled);
}

TEST_F(GuardTest, the_same_wrong_password_counts_once_and_a_proof_always) {
    for (int i = 0; i < 100; ++i) EXPECT_EQ(refusal("ann", "old"), Refusal::bad_password);
    EXPECT_EQ(refusal("ann", "right"), std::nullopt);
    for (int i = 0; i < 5; ++i) {
        net::run_task(store_.check_proof(
            {{"bob", "SCRAM-SHA-256", "192.0.2.1"}, sasl::ProofKind::scram_sha256, "", "same"},
            Deadline::never()));
    }
    EXPECT_EQ(refusal("bob", "right"), Refusal::throttled);
    const auto proof = net::run_task(store_.check_proof(
        {{"bob", "SCRAM-SHA-256", "192.0.2.1"}, sasl::ProofKind::scram_sha256, "", "right"},
        Deadline::never()));
    EXPECT_EQ(std::get<identity::Refused>(proof->answer).why, Refusal::throttled);
}

TEST_F(GuardTest, failures_are_held_back_longer_and_longer) {
    EXPECT_EQ(hold_back("ann", "1"), 0ms);
    EXPECT_EQ(hold_back("ann", "2"), 1s);
    EXPECT_EQ(hold_back("ann", "3"), 2s);
    EXPECT_EQ(hold_back("bob", "1"), 0ms);
}

TEST_F(GuardTest, what_is_no_guess_does_not_count) {
    passwords_.barred = Refusal::account_disabled;
    for (int i = 0; i < 20; ++i) EXPECT_EQ(refusal("ann", "right"), Refusal::account_disabled);
    passwords_.barred = {};
    passwords_.fault = StoreFault::unavailable;
    for (int i = 0; i < 20; ++i) {
        EXPECT_EQ(tries("ann", std::to_string(i)).error(), StoreFault::unavailable);
    }
    passwords_.fault = {};
    EXPECT_EQ(refusal("ann", "right"), std::nullopt);
}

TEST_F(GuardTest, new_rules_hold_at_once) {
    settings::GuessingSettings rules;
    rules.failures = 2;
    rules.familiar = 0s;
    guard_.set(rules, {});
    EXPECT_EQ(refusal("ann", "right"), std::nullopt);
    guesses("ann", 2);
    EXPECT_EQ(refusal("ann", "right"), Refusal::throttled) << "nothing is familiar any more";
}

TEST_F(GuardTest, bans_are_listed_and_lifted) {
    guesses("ann", 5);
    guesses("nobody", 5);
    const auto bans = net::run_task(guard_.list()).value();
    ASSERT_THAT(bans, SizeIs(2));
    EXPECT_EQ(bans[1], (limits::Ban{"192.0.2.1", "ann", clock_.wall() + 15min}));
    EXPECT_EQ(guard_.bans(), 2u);
    EXPECT_EQ(net::run_task(guard_.lift("192.0.2.1", "ann")).value(), 1u);
    EXPECT_EQ(refusal("ann", "right"), std::nullopt);
    EXPECT_EQ(net::run_task(guard_.lift("192.0.2.1", {})).value(), 1u);
    EXPECT_EQ(guard_.bans(), 0u);
}

TEST_F(GuardTest, a_store_in_trouble_bans_nobody_and_stops_nobody) {
    BrokenFamiliar broken;
    Guard guard{clock_, entropy_, broken, [this](const limits::Ban& ban) { told_.push_back(ban); }};
    GuardedStore store{passwords_, guard, 2};
    const Claim claim{"ann", "PLAIN", "192.0.2.1"};
    for (int i = 0; i < 10; ++i) {
        net::run_task(store.check(claim, Secret{std::to_string(i)}, Deadline::never()));
    }
    const auto answer =
        net::run_task(store.check(claim, Secret::copy_of("right"), Deadline::never()));
    EXPECT_TRUE(std::holds_alternative<identity::Login>(*answer));
    EXPECT_THAT(told_, IsEmpty());
}

// What the store can do, it can do behind the guard, too.
TEST_F(GuardTest, the_rest_of_the_store_is_passed_on) {
    class Store final : public identity::CredentialStore {
    public:
        Task<Result<CheckAnswer, StoreFault>> check(Claim, Secret, Deadline) override {
            co_return fail(StoreFault::unavailable);
        }
        Task<Result<identity::ProofCovers, StoreFault>> proof_covers() override {
            co_return identity::ProofCovers{{sasl::ProofKind::scram_sha256, 7}};
        }
        Task<Result<identity::Salt, StoreFault>> salt(std::string name, sasl::ProofKind,
                                                      Deadline) override {
            co_return identity::Salt{"salt of " + name, 4'096};
        }
        Task<Result<std::string, StoreFault>> account_of(std::string name) override {
            co_return "account of " + name;
        }
        std::uint64_t generation() const override { return 42; }
        Task<Result<bool, StoreFault>> still_stands(identity::Login) override { co_return false; }
    };
    Store inner;
    GuardedStore store{inner, guard_, 1};
    const auto kind = sasl::ProofKind::scram_sha256;
    EXPECT_EQ(net::run_task(store.proof_covers())->at(0).without, 7u);
    EXPECT_EQ(net::run_task(store.salt("ann", kind, Deadline::never()))->octets, "salt of ann");
    EXPECT_EQ(net::run_task(store.account_of("ann")).value(), "account of ann");
    EXPECT_EQ(store.generation(), 42u);
    EXPECT_FALSE(net::run_task(store.still_stands({})).value());
}

}  // namespace
}  // namespace signet::authn
