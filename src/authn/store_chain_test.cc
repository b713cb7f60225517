#include "authn/store_chain.h"

#include "identity/fake_hashers.h"
#include "net/run_task.h"
#include "store/credentials_database.h"
#include "store/memory_accounts.h"
#include "store/nobody.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <optional>

namespace signet::authn {
namespace {

using identity::CheckAnswer;
using identity::Login;
using identity::Refusal;
using identity::Refused;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr auto kKind = sasl::ProofKind::scram_sha256;

// Knows some names, each with a password, and writes down what it was asked.
class FakeStore final : public identity::CredentialStore {
public:
    FakeStore(std::string name, std::vector<std::string>& asked)
        : name_(std::move(name)), asked_(asked) {}

    Task<Result<CheckAnswer, StoreFault>> check(identity::Claim claim, Secret password,
                                                Deadline) override {
        asked_.push_back("check " + name_);
        if (fault) co_return fail(*fault);
        const auto known = passwords.find(claim.authcid);
        if (known == passwords.end()) co_return Refused{Refusal::unknown_account, {}};
        if (known->second != password.reveal()) {
            co_return Refused{Refusal::bad_password, claim.authcid};
        }
        co_return Login{claim.authcid, claim.authcid, claim.method, {}, {}};
    }
    Task<Result<CheckAnswer, StoreFault>> vouched(identity::Claim claim, std::string account,
                                                  Deadline) override {
        if (fault) co_return fail(*fault);
        if (!passwords.contains(account)) co_return Refused{Refusal::unknown_account, {}};
        co_return Login{account, claim.authcid, claim.method, {}, {}};
    }
    Task<Result<identity::ProofCovers, StoreFault>> proof_covers() override {
        if (fault) co_return fail(*fault);
        co_return identity::ProofCovers{{kKind, without}};
    }
    Task<Result<identity::Salt, StoreFault>> salt(std::string, sasl::ProofKind, Deadline) override {
        asked_.push_back("salt " + name_);
        if (fault) co_return fail(*fault);
        co_return identity::Salt{"salt of " + name_, 4'096, {}};
    }
    Task<Result<identity::ProofAnswer, StoreFault>> check_proof(identity::Proof proof,
                                                                Deadline) override {
        asked_.push_back("proof " + name_);
        if (fault) co_return fail(*fault);
        if (!passwords.contains(proof.claim.authcid)) {
            co_return identity::ProofAnswer{Refused{Refusal::unknown_account, {}}};
        }
        co_return identity::ProofAnswer{Login{proof.claim.authcid, {}, {}, {}, {}}, "signed"};
    }
    Task<Result<std::string, StoreFault>> account_of(std::string authcid) override {
        asked_.push_back("look " + name_);
        if (fault) co_return fail(*fault);
        co_return passwords.contains(authcid) ? authcid : "";
    }
    std::uint64_t generation() const override { return changes; }
    Task<Result<bool, StoreFault>> still_stands(identity::Login login) override {
        asked_.push_back("stands " + name_);
        co_return passwords.contains(login.account);
    }

    std::map<std::string, std::string> passwords;
    std::optional<StoreFault> fault;
    std::uint64_t without = 0, changes = 0;

private:
    const std::string name_;
    std::vector<std::string>& asked_;
};

// Three stores: staff for example.com, shop for *.shop.example, rest for everybody.
class StoreChainTest : public testing::Test {
protected:
    std::vector<std::string> asked_;
    FakeStore staff_{"staff", asked_}, shop_{"shop", asked_}, rest_{"rest", asked_},
        nobody_{"nobody", asked_};
    std::vector<ChainLink> links_{{"staff", {"example.com"}, &staff_, true, false},
                                  {"shop", {"*.shop.example"}, &shop_, true, false},
                                  {"rest", {}, &rest_, true, false}};

    StoreChain chain(std::string default_domain = {}) {
        return {links_, nobody_, std::move(default_domain)};
    }
    // "ann of staff", a Refusal's word, or a fault's.
    std::string check(StoreChain& chain, std::string authcid, std::string_view password = "right") {
        asked_.clear();
        const auto answer = net::run_task(chain.check(
            {std::move(authcid), "PLAIN"}, Secret::copy_of(password), Deadline::never()));
        if (!answer) return std::string{name(answer.error())};
        return word(*answer);
    }
    std::string check(std::string authcid, std::string_view password = "right") {
        auto made = chain();
        return check(made, std::move(authcid), password);
    }
    std::string prove(std::string authcid) {
        asked_.clear();
        auto made = chain();
        identity::Proof proof;
        proof.claim.authcid = std::move(authcid);
        const auto answer = net::run_task(made.check_proof(std::move(proof), Deadline::never()));
        return answer ? word(answer->answer) : std::string{name(answer.error())};
    }
    std::string salt(std::string authcid) {
        asked_.clear();
        auto made = chain();
        const auto shown = net::run_task(made.salt(std::move(authcid), kKind, Deadline::never()));
        return shown ? shown->octets : std::string{name(shown.error())};
    }
    static std::string word(const CheckAnswer& answer) {
        if (const auto* refused = std::get_if<Refused>(&answer)) {
            return std::string{name(refused->why)};
        }
        const auto& login = std::get<Login>(answer);
        return login.account + " of " + login.basis.store;
    }
};

TEST_F(StoreChainTest, the_first_store_that_knows_the_account_answers) {
    staff_.passwords["ann@example.com"] = "right";
    rest_.passwords["ann@example.com"] = "other";
    EXPECT_EQ(check("ann@example.com"), "ann@example.com of staff");
    EXPECT_THAT(asked_, ElementsAre("look staff", "check staff"));
    EXPECT_EQ(check("ann@example.com", "other"), "bad_password");
    EXPECT_THAT(asked_, ElementsAre("look staff", "check staff"));
}

TEST_F(StoreChainTest, what_one_does_not_know_goes_on_to_the_next) {
    rest_.passwords["bob@example.com"] = "right";
    EXPECT_EQ(check("bob@example.com"), "bob@example.com of rest");
    EXPECT_THAT(asked_, ElementsAre("look staff", "look rest", "check rest"));
}

TEST_F(StoreChainTest, whom_nobody_knows_is_checked_once_against_nobody) {
    EXPECT_EQ(check("eve@example.com"), "unknown_account");
    EXPECT_THAT(asked_, ElementsAre("look staff", "look rest", "check nobody"));
}

TEST_F(StoreChainTest, a_store_serves_its_domains_and_nobody_else) {
    for (auto* store : {&staff_, &shop_}) store->passwords["ann@other.example"] = "right";
    EXPECT_EQ(check("ann@other.example"), "unknown_account");
    EXPECT_THAT(asked_, ElementsAre("check rest"));  // alone, so it has its own decoy
    shop_.passwords["x@a.shop.example"] = "right";
    EXPECT_EQ(check("x@A.Shop.Example"), "unknown_account");
    EXPECT_THAT(asked_, ElementsAre("look shop", "look rest", "check nobody"));
    EXPECT_EQ(check("x@a.shop.example"), "x@a.shop.example of shop");
}

TEST_F(StoreChainTest, a_login_without_a_domain_has_the_default_one) {
    staff_.passwords["ann"] = "right";
    EXPECT_EQ(check("ann"), "unknown_account");
    EXPECT_THAT(asked_, ElementsAre("check rest"));
    auto with_default = chain("example.com");
    EXPECT_EQ(check(with_default, "ann"), "ann of staff");
}

TEST_F(StoreChainTest, a_store_that_is_down_is_never_a_wrong_password_nor_an_unknown_login) {
    rest_.passwords["bob@example.com"] = "right";
    for (const auto fault : {StoreFault::unavailable, StoreFault::deadline, StoreFault::corrupt}) {
        staff_.fault = fault;
        EXPECT_EQ(check("bob@example.com"), name(fault));
        EXPECT_EQ(check("nobody@example.com"), name(fault));
        EXPECT_THAT(asked_, ElementsAre("look staff"));
        EXPECT_EQ(prove("bob@example.com"), name(fault));
        EXPECT_EQ(salt("bob@example.com"), name(fault));
    }
    rest_.passwords["zoe@other.example"] = "right";
    EXPECT_EQ(check("zoe@other.example"), "zoe@other.example of rest");
}

TEST_F(StoreChainTest, a_store_that_tells_is_asked_once) {
    links_[0].tells = true;
    staff_.passwords["ann@example.com"] = "right";
    EXPECT_EQ(check("ann@example.com"), "ann@example.com of staff");
    EXPECT_THAT(asked_, ElementsAre("check staff"));
    EXPECT_EQ(check("eve@example.com"), "unknown_account");
    EXPECT_THAT(asked_, ElementsAre("check staff", "look rest", "check nobody"));
    links_.pop_back();
    EXPECT_EQ(check("eve@example.com"), "unknown_account");
    EXPECT_THAT(asked_, ElementsAre("check staff", "check nobody"));
}

TEST_F(StoreChainTest, whom_no_store_serves_is_unknown_at_the_usual_cost) {
    links_.pop_back();
    EXPECT_EQ(check("eve@else.example"), "unknown_account");
    EXPECT_THAT(asked_, ElementsAre("check nobody"));
    EXPECT_EQ(salt("eve@else.example"), "salt of nobody");
    EXPECT_EQ(prove("eve@else.example"), "unknown_account");
}

TEST_F(StoreChainTest, nobodys_account_opens_nothing_even_if_it_would) {
    links_[0].proofs = false;
    staff_.passwords["ann@example.com"] = "right";
    nobody_.passwords["ann@example.com"] = "right";
    EXPECT_EQ(prove("ann@example.com"), "no_usable_password");
    EXPECT_THAT(asked_, ElementsAre("look staff", "proof nobody"));
}

TEST_F(StoreChainTest, salts_come_from_the_owner_and_for_the_unknown_from_one_place) {
    staff_.passwords["ann@example.com"] = "right";
    EXPECT_EQ(salt("ann@example.com"), "salt of staff");
    EXPECT_EQ(salt("eve@example.com"), "salt of nobody");
    EXPECT_EQ(salt("eve@other.example"), "salt of rest");
    links_[0].proofs = false;
    EXPECT_EQ(salt("ann@example.com"), "salt of nobody");
}

TEST_F(StoreChainTest, a_proof_is_checked_where_the_account_is) {
    rest_.passwords["bob@example.com"] = "right";
    EXPECT_EQ(prove("bob@example.com"), "bob@example.com of rest");
    EXPECT_THAT(asked_, ElementsAre("look staff", "look rest", "proof rest"));
    EXPECT_EQ(prove("eve@example.com"), "unknown_account");
}

TEST_F(StoreChainTest, proofs_cover_all_stores_together) {
    staff_.without = 2;
    rest_.without = 3;
    auto all = chain();
    const auto without = [](StoreChain& chain) {
        const auto covers = net::run_task(chain.proof_covers()).value();
        EXPECT_THAT(covers, testing::SizeIs(1));
        EXPECT_EQ(covers.front().kind, kKind);
        return covers.front().without;
    };
    EXPECT_EQ(without(all), 5u);
    links_[1].proofs = false;
    auto but_one = chain();
    EXPECT_EQ(without(but_one), 6u);
    staff_.fault = StoreFault::unavailable;
    EXPECT_FALSE(net::run_task(but_one.proof_covers()));
}

TEST_F(StoreChainTest, who_is_vouched_for_is_looked_for_in_order) {
    auto made = chain();
    const auto vouched = [&](std::string account) {
        const auto answer = net::run_task(
            made.vouched({"token", "OAUTHBEARER"}, std::move(account), Deadline::never()));
        return answer ? word(*answer) : std::string{name(answer.error())};
    };
    rest_.passwords["bob@example.com"] = "";
    EXPECT_EQ(vouched("bob@example.com"), "bob@example.com of rest");
    EXPECT_EQ(vouched("eve@example.com"), "unknown_account");
    staff_.fault = StoreFault::unavailable;
    EXPECT_EQ(vouched("bob@example.com"), "unavailable");
}

TEST_F(StoreChainTest, only_the_store_of_a_login_is_asked_whether_it_stands) {
    auto made = chain();
    staff_.changes = 2;
    rest_.changes = 3;
    EXPECT_EQ(made.generation(), 5u);
    staff_.passwords["ann"] = "right";
    const auto stands = [&](std::string store) {
        asked_.clear();
        Login login;
        login.account = "ann";
        login.basis.store = std::move(store);
        return net::run_task(made.still_stands(std::move(login))).value();
    };
    EXPECT_TRUE(stands("staff"));
    EXPECT_THAT(asked_, ElementsAre("stands staff"));
    EXPECT_FALSE(stands("rest"));
    EXPECT_FALSE(stands("gone"));
    EXPECT_TRUE(stands("shop"));  // nothing ever changed there
    EXPECT_THAT(asked_, IsEmpty());
}

// With real stores: one hash, whoever it is, and decoys as of any of them.
TEST(StoreChain, an_unknown_login_costs_one_hash_and_looks_like_an_account) {
    ManualClock clock;
    SeededEntropy entropy{5};
    identity::CountingHasher hasher;
    net::WorkerPool pool{{.name = "hash", .max_wait = std::chrono::milliseconds{0}}};
    store::MemoryAccounts first{clock}, second{clock};
    const identity::Verifiers verifiers{Secret::copy_of("key"), {.iterations = 4'096}};
    store::Nobody nobody{{&first, &second}};
    const store::CredentialOptions options{.verifiers = &verifiers};
    store::CredentialsDatabase a{first, hasher, pool, clock, entropy, options},
        b{second, hasher, pool, clock, entropy, options},
        none{nobody, hasher, pool, clock, entropy, options};
    identity::Account ann;
    ann.name = "ann";
    ann.password().secret = hasher.hash("right").value();
    ann.password().set_verifier(kKind, verifiers.make(kKind, "ann", Secret::copy_of("right")));
    ASSERT_TRUE(net::run_task(second.add(ann)));
    StoreChain chain{{{"a", {}, &a, true}, {"b", {}, &b, true}}, none};
    const auto work = [&](const char* who, std::string_view password) {
        const unsigned before = hasher.verifies;
        (void)net::run_task(
            chain.check({who, "PLAIN"}, Secret::copy_of(password), Deadline::never()));
        return hasher.verifies - before;
    };
    const auto known = work("ann", "wrong");
    EXPECT_EQ(known, 1u);
    EXPECT_EQ(work("eve", "wrong"), known);
    const auto shown = [&](const char* who) {
        return net::run_task(chain.salt(who, kKind, Deadline::never())).value();
    };
    EXPECT_EQ(shown("eve").octets.size(), shown("ann").octets.size());
    EXPECT_EQ(shown("eve").iterations, shown("ann").iterations);
    EXPECT_EQ(shown("eve").octets, shown("eve").octets);
}

}  // namespace
}  // namespace signet::authn
