// CredentialsDatabase over accounts that another program writes.
#include "identity/fake_hashers.h"
#include "net/run_task.h"
#include "store/credentials_database.h"
#include "store/memory_accounts.h"

#include <gtest/gtest.h>

namespace signet::store {
namespace {

using identity::Refusal;

class ForeignCredentialsTest : public testing::Test {
protected:
    void SetUp() override {
        identity::Account ann;
        ann.name = "ann";
        ann.password().secret = hasher_.hash("right").value();
        ann.password().policy.networks = {*parse_network("192.0.2.0/24")};
        ann.password().policy.mechanisms = {"PLAIN"};
        ASSERT_TRUE(net::run_task(memory_.add(std::move(ann))));
    }
    static std::optional<Refusal> refusal(CredentialsDatabase& database, std::string client) {
        const auto answer = net::run_task(
            database.vouched({.authcid = "ann", .method = "EXTERNAL", .client = std::move(client)},
                             "ann", Deadline::never()));
        const auto* refused = std::get_if<identity::Refused>(&answer.value());
        return refused ? std::optional{refused->why} : std::nullopt;
    }

    ManualClock clock_;
    SeededEntropy entropy_{5};
    identity::CountingHasher hasher_;
    MemoryAccounts memory_{clock_};
    net::WorkerPool pool_{{.name = "hash", .max_wait = std::chrono::milliseconds{0}}};
    CredentialsDatabase foreign_{memory_, hasher_,  pool_,
                                 clock_,  entropy_, {.foreign = identity::FormatRules{}}};
    CredentialsDatabase own_{memory_, hasher_, pool_, clock_, entropy_, {}};
};

// There, networks are kept with the password, and are meant for the account.
TEST_F(ForeignCredentialsTest, security_11_networks_hold_for_whoever_is_vouched_for) {
    EXPECT_EQ(refusal(foreign_, "192.0.2.7"), std::nullopt);
    EXPECT_EQ(refusal(foreign_, "::ffff:192.0.2.7"), std::nullopt);
    for (const auto* client : {"198.51.100.7", "2001:db8::7", ""}) {
        EXPECT_EQ(refusal(foreign_, client), Refusal::network_not_allowed) << client;
    }
}

TEST_F(ForeignCredentialsTest, networks_of_one_of_signets_own_passwords_are_that_passwords) {
    EXPECT_EQ(refusal(own_, "198.51.100.7"), std::nullopt);
}

}  // namespace
}  // namespace signet::store
