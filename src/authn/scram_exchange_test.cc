// SCRAM over a keeper: who proves himself, who does not, and what each of them hears.
#include "authn/exchange.h"
#include "net/run_task.h"
#include "net/system_entropy.h"
#include "sasl/scram_player.h"
#include "store/credentials_database.h"
#include "store/memory_accounts.h"

#include <gtest/gtest.h>

namespace signet::authn {
namespace {

using sasl::ScramPlayer;

constexpr auto kKind = sasl::ProofKind::scram_sha256;
const std::string kExporter(32, 'e');

sasl::ClientMessage says(std::string octets) { return {Secret{std::move(octets)}}; }

class ScramExchangeTest : public testing::Test {
protected:
    void SetUp() override {
        identity::Account ann;
        ann.name = "ann@example.com";
        ann.password().secret = hasher_.hash("pencil").value();
        ann.password().set_verifier(sasl::ProofKind::scram_sha256,
                                    verifiers_.make(kKind, ann.name, Secret::copy_of("pencil")));
        ASSERT_TRUE(net::run_task(accounts_.add(std::move(ann))));
    }

    static Exchange begin(identity::CredentialStore& store, std::string_view mechanism,
                          bool binding_offered = false) {
        sasl::Setting setting{.server_nonce = "server-nonce-of-24-octet"};
        if (mechanism.ends_with("PLUS")) setting.tls_exporter = Secret::copy_of(kExporter);
        setting.binding_offered = binding_offered;
        return Exchange{
            *sasl::find_mechanism(mechanism), {store}, {"192.0.2.1"}, std::move(setting)};
    }
    static Turn turn(Exchange& exchange, std::string message) {
        return net::run_task(exchange.resume(says(std::move(message)), Deadline::never()));
    }
    // To the end, or to where the exchange ends.
    Turn play(ScramPlayer client, std::string_view mechanism = "SCRAM-SHA-256",
              std::string closing = "") {
        auto exchange = begin(database_, mechanism, mechanism.ends_with("PLUS"));
        auto answer = turn(exchange, client.first());
        if (const auto* first = std::get_if<Challenge>(&answer)) {
            answer = turn(exchange, client.last(first->octets));
        }
        if (const auto* last = std::get_if<Challenge>(&answer)) {
            EXPECT_TRUE(client.trusts(last->octets));
            answer = turn(exchange, std::move(closing));
        }
        return answer;
    }

    ManualClock clock_;
    SeededEntropy entropy_{5};
    net::SystemEntropy chance_;
    identity::Argon2idHasher hasher_{{.memory_octets = 64u << 10, .passes = 1}, chance_};
    const identity::Verifiers verifiers_{Secret{std::string(32, 'k')}, {4'096}};
    store::MemoryAccounts accounts_{clock_};
    net::WorkerPool pool_{{.name = "hash", .max_wait = std::chrono::milliseconds{0}}};
    store::CredentialsDatabase database_{accounts_, hasher_,  pool_,
                                         clock_,    entropy_, {.verifiers = &verifiers_}};
};

TEST_F(ScramExchangeTest, TheRightPasswordIsProvenAndTheServerProvesItselfBeforeTheLoginIsGiven) {
    const auto answer = play({"Ann@example.com", "pencil"});
    const auto& login = std::get<Granted>(answer).login;
    EXPECT_EQ(login.account, "ann@example.com");
    EXPECT_EQ(login.authcid, "Ann@example.com");
    EXPECT_EQ(login.method, "SCRAM-SHA-256");
    const auto bound =
        play({"ann@example.com", "pencil", "p=tls-exporter", kExporter}, "SCRAM-SHA-256-PLUS");
    EXPECT_EQ(std::get<Granted>(bound).login.method, "SCRAM-SHA-256-PLUS");
}

// RFC 4422 §5: the client's answer to the server's last word is empty.
TEST_F(ScramExchangeTest, ALoginIsNotGivenToWhoAnswersTheServersProofWithSomethingElse) {
    const auto answer = play({"ann@example.com", "pencil"}, "SCRAM-SHA-256", "x");
    EXPECT_EQ(std::get<Denied>(answer).denial, Denial::malformed);
    EXPECT_EQ(std::get<Denied>(answer).user, "ann@example.com");

    auto exchange = begin(database_, "SCRAM-SHA-256");
    ScramPlayer client{"ann@example.com", "pencil"};
    const auto first = turn(exchange, client.first());
    const auto proven = turn(exchange, client.last(std::get<Challenge>(first).octets));
    EXPECT_FALSE(std::get<Challenge>(proven).looked_up) << "who has proven himself need not wait";
    auto moved = std::move(exchange);  // as a session keeps it between two lines
    EXPECT_TRUE(std::holds_alternative<Granted>(turn(moved, "")));
    EXPECT_EQ(std::get<Denied>(turn(moved, "")).denial, Denial::out_of_turn) << "once";
}

TEST_F(ScramExchangeTest, security_12_unknown_and_wrong_hear_the_same_words_at_the_same_step) {
    struct Case {
        std::string name, reason;
    };
    const Case cases[] = {{"ann@example.com", "bad_password"}, {"nobody", "unknown_account"}};
    for (const auto& c : cases) {
        auto exchange = begin(database_, "SCRAM-SHA-256");
        ScramPlayer client{c.name, "crayon"};
        const auto first = turn(exchange, client.first());
        ASSERT_TRUE(std::holds_alternative<Challenge>(first)) << c.name;
        EXPECT_TRUE(std::get<Challenge>(first).looked_up) << "and at the same time";
        EXPECT_EQ(std::get<Challenge>(first).octets.size(),
                  client.nonce.size() + 24 + std::string_view{"r=,s=,i=4096"}.size() + 24);
        const auto answer = turn(exchange, client.last(std::get<Challenge>(first).octets));
        EXPECT_EQ(std::get<Denied>(answer).denial, Denial::credentials);
        EXPECT_EQ(std::get<Denied>(answer).reason, c.reason);
        EXPECT_EQ(std::get<Denied>(answer).user, c.name);
    }
}

TEST_F(ScramExchangeTest, security_13_a_stripped_or_foreign_binding_is_told_from_a_wrong_password) {
    struct Case {
        std::string mechanism;
        ScramPlayer client;
    };
    const Case cases[] = {
        {"SCRAM-SHA-256-PLUS",
         {"ann@example.com", "pencil", "p=tls-exporter", std::string(32, 'x')}},
        {"SCRAM-SHA-256-PLUS", {"ann@example.com", "pencil", "n"}},
        {"SCRAM-SHA-256-PLUS", {"ann@example.com", "pencil", "p=tls-unique", kExporter}},
    };
    for (const auto& c : cases) {
        const auto answer = play(c.client, c.mechanism);
        const auto& denied = std::get<Denied>(answer);
        EXPECT_EQ(denied.denial, Denial::credentials);
        EXPECT_EQ(denied.reason, kBindingMismatch);
        EXPECT_EQ(denied.user, "ann@example.com");
        EXPECT_EQ(denied.account, "ann@example.com") << "so that the audit names it in full";
        EXPECT_TRUE(denied.detail.starts_with("possible attack")) << denied.detail;
    }
    auto exchange = begin(database_, "SCRAM-SHA-256", /*binding_offered=*/true);
    const auto answer = turn(exchange, ScramPlayer{"ann@example.com", "pencil", "y"}.first());
    EXPECT_EQ(std::get<Denied>(answer).reason, kBindingMismatch);
    EXPECT_EQ(std::get<Denied>(answer).account, "ann@example.com");
    auto stranger = begin(database_, "SCRAM-SHA-256-PLUS", /*binding_offered=*/true);
    const auto other = turn(stranger, ScramPlayer{"nobody", "pencil", "n"}.first());
    EXPECT_EQ(std::get<Denied>(other).reason, kBindingMismatch);
    EXPECT_EQ(std::get<Denied>(other).account, "");
}

TEST_F(ScramExchangeTest, security_13_an_exchange_that_was_recorded_opens_nothing) {
    auto exchange = begin(database_, "SCRAM-SHA-256");
    ScramPlayer client{"ann@example.com", "pencil"};
    const auto first = turn(exchange, client.first());
    const auto last = client.last(std::get<Challenge>(first).octets);
    turn(exchange, last);
    EXPECT_TRUE(std::holds_alternative<Granted>(turn(exchange, "")));

    sasl::Setting fresh{.server_nonce = "another-nonce-24-octets!"};
    Exchange replay{
        *sasl::find_mechanism("SCRAM-SHA-256"), {database_}, {"192.0.2.1"}, std::move(fresh)};
    EXPECT_TRUE(std::holds_alternative<Challenge>(turn(replay, client.first())));
    EXPECT_EQ(std::get<Denied>(turn(replay, last)).denial, Denial::malformed);
}

// CVE-2023-27582: the authzid was taken for the identity.
TEST_F(ScramExchangeTest, security_11_nobody_acts_as_another) {
    struct Case {
        std::string authzid;
        bool granted;
    };
    for (const auto& c : {Case{"a=ann@example.com", true}, Case{"a=ANN@example.com", true},
                          Case{"a=root", false}, Case{"a=ann", false}}) {
        ScramPlayer client{"ann@example.com", "pencil"};
        client.authzid = c.authzid;
        const auto answer = play(client);
        EXPECT_EQ(std::holds_alternative<Granted>(answer), c.granted) << c.authzid;
        if (c.granted) continue;
        EXPECT_EQ(std::get<Denied>(answer).reason, "authzid_not_permitted");
        EXPECT_EQ(std::get<Denied>(answer).account, "ann@example.com");
    }
}

// A keeper that cannot answer.
class BrokenStore final : public identity::CredentialStore {
public:
    Task<Result<identity::CheckAnswer, StoreFault>> check(identity::Claim, Secret,
                                                          Deadline) override {
        co_return fail(StoreFault::unavailable);
    }
    Task<Result<identity::Salt, StoreFault>> salt(std::string, sasl::ProofKind, Deadline) override {
        if (salt_too) co_return fail(StoreFault::deadline);
        co_return identity::Salt{std::string(16, 's'), 4'096};
    }
    bool salt_too = false;
};

TEST_F(ScramExchangeTest, AKeeperInTroubleIsNoWrongPassword) {
    BrokenStore store;
    for (const bool salt_too : {true, false}) {
        store.salt_too = salt_too;
        auto exchange = begin(store, "SCRAM-SHA-256");
        ScramPlayer client{"ann", "pencil"};
        auto answer = turn(exchange, client.first());
        if (const auto* first = std::get_if<Challenge>(&answer)) {
            answer = turn(exchange, client.last(first->octets));
        }
        EXPECT_EQ(std::get<Denied>(answer).denial, Denial::backend);
        EXPECT_EQ(std::get<Denied>(answer).reason, "backend_error");
        EXPECT_EQ(std::get<Denied>(answer).user, "ann");
        EXPECT_EQ(std::get<Denied>(answer).detail, salt_too ? "deadline" : "unavailable");
    }
}

}  // namespace
}  // namespace signet::authn
