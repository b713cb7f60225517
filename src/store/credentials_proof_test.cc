// CredentialsDatabase, as SCRAM uses it.
#include "base/base64.h"
#include "net/run_task.h"
#include "net/system_entropy.h"
#include "sasl/scram_player.h"
#include "store/credentials_database.h"
#include "store/memory_accounts.h"

#include <gtest/gtest.h>

#include <latch>
#include <set>

namespace signet::store {
namespace {

using identity::Account;
using identity::CheckAnswer;
using identity::Login;
using identity::Refusal;
using identity::Refused;

constexpr auto kKind = sasl::ProofKind::scram_sha256;

class CredentialsProofTest : public testing::Test {
protected:
    static identity::Verifiers site(unsigned iterations) {
        return identity::Verifiers{Secret{std::string(32, 'k')}, {iterations}};
    }
    void SetUp() override { add("ann", "pencil", true); }

    Account add(std::string name, std::string password, bool verifier) {
        Account account;
        account.name = std::move(name);
        account.password().secret = hasher_.hash(password).value();
        if (verifier)
            account.password().set_verifier(
                sasl::ProofKind::scram_sha256,
                verifiers_.make(kKind, account.name, Secret{std::move(password)}));
        account.send_as = {{"ann", "example.com"}};
        return net::run_task(memory_.add(std::move(account))).value();
    }
    Account current(std::string name) {
        return net::run_task(memory_.find(std::move(name))).value().value();
    }
    void change(std::string name, void (*how)(Account&)) {
        auto account = current(std::move(name));
        how(account);
        ASSERT_TRUE(net::run_task(memory_.update(std::move(account))));
    }
    identity::Salt salt(CredentialsDatabase& database, std::string name) {
        return net::run_task(database.salt(std::move(name), kKind, Deadline::never())).value();
    }
    identity::Salt salt(std::string name) { return salt(database_, std::move(name)); }

    // A client that knows `password`, over the salt that the store shows it.
    identity::ProofAnswer prove(std::string name, std::string password) {
        const auto shown = salt(name);
        sasl::ScramPlayer client{name, std::move(password)};
        const auto server_first = sasl_first(client, shown);
        const auto last = client.last(server_first);
        const auto proof = *unbase64(last.substr(last.find(",p=") + 3));
        const auto auth_message = "n=" + name + ",r=" + client.nonce + "," + server_first + "," +
                                  last.substr(0, last.find(",p="));
        auto answer = net::run_task(database_.check_proof(
            {{name, "SCRAM-SHA-256"}, kKind, auth_message, proof}, Deadline::never()));
        if (!answer->server_signature.empty()) {
            EXPECT_TRUE(client.trusts("v=" + base64(answer->server_signature)));
        }
        return std::move(answer.value());
    }
    static std::string sasl_first(const sasl::ScramPlayer& client, const identity::Salt& shown) {
        return "r=" + client.nonce + "server,s=" + base64(shown.octets) +
               ",i=" + std::to_string(shown.iterations);
    }
    Refusal why(std::string name, std::string password) {
        return std::get<Refused>(prove(std::move(name), std::move(password)).answer).why;
    }
    bool opens(std::string name, std::string password) {
        const auto answer = net::run_task(database_.check(
            {std::move(name), "PLAIN"}, Secret{std::move(password)}, Deadline::never()));
        return answer && std::holds_alternative<Login>(*answer);
    }

    ManualClock clock_;
    SeededEntropy entropy_{5};
    net::SystemEntropy chance_;
    identity::Argon2idHasher hasher_{{.memory_octets = 64u << 10, .passes = 1}, chance_};
    MemoryAccounts memory_{clock_};
    net::WorkerPool pool_{{.name = "hash", .max_wait = std::chrono::milliseconds{0}}};
    const identity::Verifiers verifiers_ = site(4'096);
    CredentialsDatabase database_{memory_, hasher_,  pool_,
                                  clock_,  entropy_, {.verifiers = &verifiers_}};
};

TEST_F(CredentialsProofTest, ARightProofGivesALoginAndTheServersSignature) {
    const auto answer = prove("ann", "pencil");
    const auto& login = std::get<Login>(answer.answer);
    EXPECT_EQ(login.account, "ann");
    EXPECT_EQ(login.method, "SCRAM-SHA-256");
    EXPECT_EQ(login.send_as, current("ann").send_as);
    EXPECT_EQ(answer.server_signature.size(), 32u);
    EXPECT_EQ(std::get<Login>(prove("Ann", "pencil").answer).authcid, "Ann");
}

TEST_F(CredentialsProofTest, EachRefusalKnowsItsReasonAndSignsNothing) {
    add("bare", "pencil", false);
    EXPECT_EQ(why("ann", "crayon"), Refusal::bad_password);
    EXPECT_EQ(why("nobody", "pencil"), Refusal::unknown_account);
    EXPECT_EQ(why("a b%", "pencil"), Refusal::unknown_account);
    EXPECT_EQ(why("bare", "pencil"), Refusal::no_usable_password);
    for (const auto* name : {"nobody", "bare"})
        EXPECT_EQ(prove(name, "pencil").server_signature, "");
    change("ann", [](Account& a) { a.enabled = false; });
    EXPECT_EQ(why("ann", "crayon"), Refusal::bad_password);
    EXPECT_EQ(why("ann", "pencil"), Refusal::account_disabled);
    EXPECT_EQ(prove("ann", "pencil").server_signature, "");
    change("ann", [](Account& a) { a.enabled = true, a.may_submit = false; });
    EXPECT_EQ(why("ann", "pencil"), Refusal::may_not_submit);
    change("ann", [](Account& a) {
        a.may_submit = true, a.password().set_verifier(sasl::ProofKind::scram_sha256, "nonsense");
    });
    EXPECT_EQ(why("ann", "pencil"), Refusal::no_usable_password);
}

TEST_F(CredentialsProofTest,
       security_12_an_unknown_login_has_a_salt_that_stays_and_looks_like_any) {
    // Another process with the same key: a restart.
    const auto same = site(4'096);
    CredentialsDatabase restarted{memory_, hasher_, pool_, clock_, entropy_, {.verifiers = &same}};
    std::set<std::string> seen;
    for (const auto* name : {"ann", "nobody", "no such name at all", "\u00FCber", "a b%"}) {
        const auto shown = salt(name);
        EXPECT_EQ(shown.octets.size(), 16u);
        EXPECT_EQ(shown.iterations, 4'096u);
        EXPECT_EQ(shown.octets, salt(name).octets) << name;
        EXPECT_EQ(shown.octets, salt(restarted, name).octets) << name;
        EXPECT_TRUE(seen.insert(shown.octets).second) << name;
    }
    EXPECT_EQ(salt("NOBODY").octets, salt("nobody").octets) << "as the names of accounts are";
    EXPECT_EQ(salt("ANN").octets, salt("ann").octets);
}

TEST_F(CredentialsProofTest,
       security_12_nothing_shows_when_an_account_comes_gets_a_verifier_and_goes) {
    const auto before = salt("bob");
    add("bob", "pencil", false);
    EXPECT_EQ(salt("bob").octets, before.octets);
    EXPECT_TRUE(opens("bob", "pencil"));
    ASSERT_FALSE(current("bob").password().verifier(sasl::ProofKind::scram_sha256).empty());
    EXPECT_EQ(salt("bob").octets, before.octets);
    EXPECT_EQ(salt("bob").iterations, before.iterations);
    EXPECT_TRUE(net::run_task(memory_.remove("bob")).value());
    EXPECT_EQ(salt("bob").octets, before.octets);
}

TEST_F(CredentialsProofTest, AnAccountGetsItsVerifierWhenItSignsInWithItsPassword) {
    const auto bare = add("bob", "pencil", false);
    EXPECT_FALSE(opens("bob", "crayon"));
    EXPECT_EQ(current("bob").password().verifier(sasl::ProofKind::scram_sha256), "");
    EXPECT_TRUE(opens("bob", "pencil"));
    EXPECT_TRUE(std::holds_alternative<Login>(prove("bob", "pencil").answer));
    EXPECT_EQ(current("bob").revision, bare.revision) << "nobody who is signed in notices";
    const std::string made{current("bob").password().verifier(sasl::ProofKind::scram_sha256)};
    EXPECT_TRUE(opens("bob", "pencil"));
    EXPECT_EQ(current("bob").password().verifier(sasl::ProofKind::scram_sha256), made) << "once";
}

TEST_F(CredentialsProofTest, AnAccountWhosePasswordIsRememberedGetsItsVerifierToo) {
    add("bob", "pencil", false);
    EXPECT_TRUE(opens("bob", "pencil"));
    change("bob", [](Account& a) { a.password().verifiers.clear(); });
    EXPECT_TRUE(opens("bob", "pencil"));
    EXPECT_NE(current("bob").password().verifier(sasl::ProofKind::scram_sha256), "");
}

TEST_F(CredentialsProofTest, AVerifierOfFewerRoundsIsMadeAnewAtTheNextSignIn) {
    const auto more = site(5'000);
    CredentialsDatabase raised{memory_, hasher_, pool_, clock_, entropy_, {.verifiers = &more}};
    const auto sign_in = [&] {
        return net::run_task(
            raised.check({"ann", "LOGIN"}, Secret::copy_of("pencil"), Deadline::never()));
    };
    EXPECT_EQ(salt(raised, "ann").iterations, 4'096u);
    ASSERT_TRUE(sign_in());
    EXPECT_TRUE(current("ann")
                    .password()
                    .verifier(sasl::ProofKind::scram_sha256)
                    .starts_with("SCRAM-SHA-256$5000:"));
    EXPECT_EQ(salt(raised, "ann").iterations, 5'000u);
    // Fewer are never asked for again.
    EXPECT_TRUE(opens("ann", "pencil"));
    EXPECT_TRUE(current("ann")
                    .password()
                    .verifier(sasl::ProofKind::scram_sha256)
                    .starts_with("SCRAM-SHA-256$5000:"));
}

TEST_F(CredentialsProofTest, WhereNoneIsKeptNoneIsMadeAndWhatIsThereGoes) {
    const auto off = site(0);
    CredentialsDatabase database{memory_, hasher_, pool_, clock_, entropy_, {.verifiers = &off}};
    add("bob", "pencil", false);
    for (const auto* name : {"ann", "bob"}) {
        const auto answer = net::run_task(
            database.check({name, "PLAIN"}, Secret::copy_of("pencil"), Deadline::never()));
        EXPECT_TRUE(std::holds_alternative<Login>(*answer));
        EXPECT_EQ(current(name).password().verifier(sasl::ProofKind::scram_sha256), "");
    }
    EXPECT_TRUE(net::run_task(database.proof_covers())->empty());
}

// Making one costs several hashes' time: whoever waits for a hash goes first.
TEST_F(CredentialsProofTest, ABusyPoolMakesNoVerifierAndNobodyWaitsForOne) {
    std::latch begun{1}, over{1};
    add("bob", "pencil", false);
    ASSERT_TRUE(opens("bob", "pencil"));  // remembered: needs no hash the next time
    change("bob", [](Account& a) { a.password().verifiers.clear(); });
    ASSERT_TRUE(opens("bob", "pencil"));
    auto cleared = current("bob");
    cleared.password().verifiers.clear();
    ASSERT_TRUE(net::run_task(memory_.renew_credentials(cleared)));
    ASSERT_TRUE(pool_.post([&] { begun.count_down(), over.wait(); }));
    begun.wait();
    ASSERT_TRUE(pool_.post([] {}));  // somebody waits
    EXPECT_TRUE(opens("bob", "pencil")) << "answered while the pool was busy";
    EXPECT_EQ(current("bob").password().verifier(sasl::ProofKind::scram_sha256), "");
    over.count_down();
    EXPECT_TRUE(net::run_task(pool_.run([] {})));  // the latches outlive who waits for them
}

TEST_F(CredentialsProofTest, TheCoverCountsThoseWhoMaySignInAndCannotProveThemselves) {
    const auto without = [&] { return net::run_task(database_.proof_covers())->at(0).without; };
    EXPECT_EQ(net::run_task(database_.proof_covers())->at(0).kind, kKind);
    EXPECT_EQ(without(), 0u);
    add("bob", "pencil", false);
    EXPECT_EQ(without(), 1u);
    change("bob", [](Account& a) { a.enabled = false; });
    EXPECT_EQ(without(), 0u);
    change("bob", [](Account& a) { a.enabled = true, a.may_submit = false; });
    EXPECT_EQ(without(), 0u);
    change("bob", [](Account& a) { a.may_submit = true; });
    EXPECT_EQ(without(), 1u);
    EXPECT_TRUE(opens("bob", "pencil"));
    EXPECT_EQ(without(), 0u);
    EXPECT_EQ(net::run_task(database_.proof_covers())->size(), 1u);
}

// What a store is that has no verifiers: it says so, and is asked for none.
TEST_F(CredentialsProofTest, WithoutAMakerOfVerifiersItChecksPasswordsAlone) {
    CredentialsDatabase database{memory_, hasher_, pool_, clock_, entropy_, {}};
    EXPECT_TRUE(net::run_task(database.proof_covers())->empty());
    EXPECT_EQ(net::run_task(database.salt("ann", kKind, Deadline::never())).error(),
              StoreFault::unavailable);
    EXPECT_EQ(net::run_task(database.check_proof({{"ann", "SCRAM-SHA-256"}, kKind, "a", "p"},
                                                 Deadline::never()))
                  .error(),
              StoreFault::unavailable);
}

}  // namespace
}  // namespace signet::store
