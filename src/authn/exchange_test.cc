#include "authn/exchange.h"
#include "identity/fake_hashers.h"

#include "net/run_task.h"
#include "net/system_entropy.h"
#include "store/credentials_database.h"
#include "store/memory_accounts.h"

#include <gtest/gtest.h>

#include <atomic>
#include <latch>

namespace signet::authn {
namespace {

using namespace std::string_literals;
using identity::CheckAnswer;
using identity::Login;
using identity::Refusal;
using identity::Refused;

// A keeper that answers what it is told, and remembers what it was asked.
class ScriptedStore final : public identity::CredentialStore {
public:
    Task<Result<CheckAnswer, StoreFault>> check(identity::Claim claim, Secret password,
                                                Deadline deadline) override {
        asked.push_back(claim.authcid + "/" + std::string{password.reveal()} + "/" + claim.method +
                        "/" + claim.client);
        until = deadline.when();
        co_return answer;
    }
    Result<CheckAnswer, StoreFault> answer{Login{"ann", "ann", "PLAIN", {}, {}}};
    std::vector<std::string> asked;
    SteadyTime until{};
};

sasl::ClientMessage says(std::string octets) { return {Secret{std::move(octets)}}; }

Turn turn(Exchange& exchange, sasl::ClientMessage message) {
    return net::run_task(exchange.resume(std::move(message), Deadline::never()));
}

Exchange plain(identity::CredentialStore& store) {
    return Exchange{*sasl::find_mechanism("PLAIN"), {store}, {"192.0.2.1"}};
}

Denied denied(const Turn& turn) { return std::get<Denied>(turn); }

class ExchangeTest : public testing::Test {
protected:
    ManualClock clock_;
    SeededEntropy entropy_{5};
    identity::CountingHasher hasher_;
    store::MemoryAccounts accounts_{clock_};
    net::WorkerPool pool_{{.name = "hash", .max_wait = std::chrono::milliseconds{0}}};
    store::CredentialsDatabase database_{accounts_, hasher_, pool_, clock_, entropy_, {}};

    void SetUp() override {
        identity::Account ann;
        ann.name = "ann@example.com";
        ann.password().secret = hasher_.hash("right").value();
        ann.send_as = {{"ann", "example.com"}};
        ASSERT_TRUE(net::run_task(accounts_.add(std::move(ann))));
    }
    Turn sign_in(std::string message) {
        auto exchange = plain(database_);
        return turn(exchange, says(std::move(message)));
    }
};

TEST_F(ExchangeTest, PlainWithTheRightPasswordGivesTheLogin) {
    const auto answer = sign_in("\0Ann@example.com\0right"s);
    const auto& granted = std::get<Granted>(answer);
    EXPECT_EQ(granted.login.account, "ann@example.com");
    EXPECT_EQ(granted.login.authcid, "Ann@example.com");
    EXPECT_EQ(granted.login.method, "PLAIN");
}

TEST_F(ExchangeTest, LoginIsPlayedToItsEnd) {
    Exchange exchange{*sasl::find_mechanism("LOGIN"), {database_}, {"192.0.2.1"}};
    EXPECT_EQ(std::get<Challenge>(turn(exchange, {})).octets, "Username:");
    EXPECT_EQ(std::get<Challenge>(turn(exchange, says("ann@example.com"))).octets, "Password:");
    auto moved = std::move(exchange);  // as a session keeps it between two lines
    const auto answer = turn(moved, says("right"));
    EXPECT_EQ(std::get<Granted>(answer).login.method, "LOGIN");
}

TEST_F(ExchangeTest, AnExchangeThatEndedStaysEnded) {
    for (const auto* password : {"right", "wrong"}) {
        auto exchange = plain(database_);
        turn(exchange, says("\0ann@example.com\0"s + password));
        const auto again = denied(turn(exchange, says("\0ann@example.com\0right"s)));
        EXPECT_EQ(again.denial, Denial::out_of_turn);
        EXPECT_EQ(again.reason, "protocol_error");
    }
}

TEST_F(ExchangeTest, OctetsOutsideTheGrammarNeverReachTheStore) {
    ScriptedStore store;
    for (const auto& bad : {""s, "\0\0"s, "\0a\0"s, "\0a\0p\0x"s, "\0\xC0\x80\0p"s}) {
        auto exchange = plain(store);
        const auto answer = denied(turn(exchange, says(bad)));
        EXPECT_EQ(answer.denial, Denial::malformed);
        EXPECT_EQ(answer.reason, "protocol_error");
        EXPECT_EQ(answer.user, "");
    }
    EXPECT_TRUE(store.asked.empty());
}

TEST_F(ExchangeTest, TheStoreIsAskedWithTheNameAsPresentedAndTheCallersDeadline) {
    ScriptedStore store;
    auto exchange = plain(store);
    const auto until = Deadline::in(clock_, std::chrono::seconds{30});
    net::run_task(exchange.resume(says("\0Ann\0p w"s), until));
    EXPECT_EQ(store.asked, (std::vector<std::string>{"Ann/p w/PLAIN/192.0.2.1"}));
    EXPECT_EQ(store.until, until.when());
}

TEST_F(ExchangeTest, ABackendInTroubleIsNoWrongPassword) {
    ScriptedStore store;
    for (const auto fault : {StoreFault::unavailable, StoreFault::full, StoreFault::conflict,
                             StoreFault::corrupt, StoreFault::deadline}) {
        store.answer = fail(fault);
        auto exchange = plain(store);
        const auto answer = denied(turn(exchange, says("\0ann\0right"s)));
        EXPECT_EQ(answer.denial, Denial::backend);
        EXPECT_EQ(answer.reason, "backend_error");
        EXPECT_EQ(answer.detail, name(fault));
        EXPECT_EQ(answer.user, "ann");
    }
}

TEST_F(ExchangeTest, security_12_every_refusal_is_told_alike_and_audited_truly) {
    ScriptedStore store;
    struct Case {
        Refusal why;
        std::string account;
    };
    const Case cases[] = {
        {Refusal::unknown_account, ""},       {Refusal::bad_password, "ann"},
        {Refusal::no_usable_password, "ann"}, {Refusal::account_disabled, "ann"},
        {Refusal::may_not_submit, "ann"},
    };
    for (const auto& c : cases) {
        store.answer = CheckAnswer{Refused{c.why, c.account}};
        auto exchange = plain(store);
        const auto answer = denied(turn(exchange, says("\0ann\0pw"s)));
        EXPECT_EQ(answer.denial, Denial::credentials);
        EXPECT_EQ(answer.reason, name(c.why));
        EXPECT_EQ(answer.account, c.account);
        EXPECT_EQ(answer.user, "ann");
    }
}

TEST_F(ExchangeTest, security_12_unknown_and_wrong_take_the_same_path_and_the_same_work) {
    for (const auto& message : {"\0nobody\0wrong"s, "\0ann@example.com\0wrong"s,
                                "\0' OR '1'='1\0wrong"s, "x\0ann@example.com\0wrong"s}) {
        hasher_.verifies = 0;
        EXPECT_EQ(denied(sign_in(message)).denial, Denial::credentials);
        EXPECT_EQ(hasher_.verifies, 1u);
    }
}

// The one hash thread is held up and its queue is full, as sixteen guessers would have it: 454 for
// who needs a hash, and nothing to notice for who signed in a moment ago.
TEST_F(ExchangeTest,
       security_16_a_flood_is_answered_by_come_again_and_a_known_login_is_not_held_up) {
    std::latch begun{1}, over{1};  // outlive the thread that waits for them
    net::WorkerPool busy{
        {.name = "hash", .queue_length = 1, .max_wait = std::chrono::milliseconds{0}}};
    store::CredentialsDatabase database{accounts_, hasher_, busy, clock_, entropy_, {}};
    const auto sign_in_there = [&](std::string message) {
        auto exchange = plain(database);
        return turn(exchange, says(std::move(message)));
    };
    const auto good = "\0ann@example.com\0right"s;
    ASSERT_TRUE(std::holds_alternative<Granted>(sign_in_there(good)));

    ASSERT_TRUE(busy.post([&] { begun.count_down(), over.wait(); }));
    begun.wait();
    ASSERT_TRUE(busy.post([] {}));  // the queue's one place
    for (const auto& guess : {"\0ann@example.com\0wrong"s, "\0nobody\0wrong"s}) {
        const auto answer = denied(sign_in_there(guess));
        EXPECT_EQ(answer.denial, Denial::backend);
        EXPECT_EQ(answer.reason, "backend_error");
    }
    EXPECT_TRUE(std::holds_alternative<Granted>(sign_in_there(good)));
    over.count_down();
}

// CVE-2023-27582: the authzid was taken for the identity.
TEST_F(ExchangeTest, security_11_nobody_acts_as_another) {
    struct Case {
        std::string message;
        bool granted;
        std::string reason;
    };
    const Case cases[] = {
        {"ann@example.com\0ann@example.com\0right"s, true, ""},
        {"ANN@example.com\0ann@Example.com\0right"s, true, ""},
        {"root\0ann@example.com\0right"s, false, "authzid_not_permitted"},
        {"ann\0ann@example.com\0right"s, false, "authzid_not_permitted"},
        {"root\0ann@example.com\0wrong"s, false, "bad_password"},
        {"ann@example.com\0root\0right"s, false, "unknown_account"},
    };
    for (const auto& c : cases) {
        const auto answer = sign_in(c.message);
        ASSERT_EQ(std::holds_alternative<Granted>(answer), c.granted) << c.message;
        if (c.granted) {
            EXPECT_EQ(std::get<Granted>(answer).login.account, "ann@example.com");
        } else {
            EXPECT_EQ(denied(answer).denial, Denial::credentials);
            EXPECT_EQ(denied(answer).reason, c.reason);
        }
    }
}

TEST_F(ExchangeTest, security_11_a_wrong_authzid_costs_what_a_wrong_password_costs) {
    hasher_.verifies = 0;
    sign_in("root\0ann@example.com\0right"s);
    EXPECT_EQ(hasher_.verifies, 1u);
    hasher_.verifies = 0;
    sign_in("root\0nobody\0right"s);
    EXPECT_EQ(hasher_.verifies, 1u);
}

TEST(FailureDelay, GrowsByAStepForEachEarlierFailureFromAFixedFloor) {
    settings::AuthSettings settings;
    settings.failure_floor = std::chrono::milliseconds{800};
    settings.failure_step = std::chrono::milliseconds{500};
    settings.failures = 3;
    struct Case {
        unsigned failures;
        int milliseconds;
    };
    const Case cases[] = {{0, 800},   {1, 1'300}, {2, 1'800},
                          {3, 2'300}, {4, 2'300}, {4'000'000'000u, 2'300}};
    for (const auto& c : cases) {
        EXPECT_EQ(failure_delay(c.failures, settings).count(), c.milliseconds) << c.failures;
    }
}

}  // namespace
}  // namespace signet::authn
