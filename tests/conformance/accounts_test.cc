#include "conformance/account_credentials.h"
#include "conformance/account_store.h"
#include "conformance/familiar_networks.h"
#include "conformance/recipient_directory.h"
#include "store/memory_accounts.h"
#include "store/sqlite_accounts.h"
#include "store/temporary_folder.h"

namespace signet::conformance {
namespace {

std::unique_ptr<store::SqliteAccounts> open_in(const store::TemporaryFolder& folder, Clock& clock,
                                               Entropy& entropy) {
    const store::CredentialKey key{[](store::KeyNeed) { return Secret{std::string(32, 'k')}; },
                                   entropy};
    return store::SqliteAccounts::open(folder / "state/accounts.db", clock, key).value();
}

class Memory final : public AccountBench {
public:
    identity::AccountStore& accounts() override { return store_; }
    identity::RecipientDirectory& directory() override { return store_; }
    identity::FamiliarNetworks& networks() override { return store_; }

private:
    store::MemoryAccounts store_{clock};
};

class Sqlite final : public AccountBench {
public:
    identity::AccountStore& accounts() override { return *store_; }
    identity::RecipientDirectory& directory() override { return *store_; }
    identity::FamiliarNetworks& networks() override { return *store_; }

private:
    store::TemporaryFolder folder_;
    SeededEntropy entropy_{1};
    std::unique_ptr<store::SqliteAccounts> store_ = open_in(folder_, clock, entropy_);
};

template <class Bench>
std::unique_ptr<AccountBench> make() {
    return std::make_unique<Bench>();
}

INSTANTIATE_TEST_SUITE_P(Memory, AccountStoreSuite, testing::Values(&make<Memory>));
INSTANTIATE_TEST_SUITE_P(Memory, RecipientDirectorySuite, testing::Values(&make<Memory>));
INSTANTIATE_TEST_SUITE_P(Memory, FamiliarNetworksSuite, testing::Values(&make<Memory>));
INSTANTIATE_TEST_SUITE_P(Sqlite, AccountStoreSuite, testing::Values(&make<Sqlite>));
INSTANTIATE_TEST_SUITE_P(Sqlite, RecipientDirectorySuite, testing::Values(&make<Sqlite>));
INSTANTIATE_TEST_SUITE_P(Sqlite, FamiliarNetworksSuite, testing::Values(&make<Sqlite>));

TEST(MemoryAccounts, AreFullAtTheirLimit) {
    ManualClock clock;
    store::MemoryAccounts accounts{clock, 1};
    identity::Account one;
    one.name = "ann";
    EXPECT_TRUE(net::run_task(accounts.add(one)));
    one.name = "bob";
    EXPECT_EQ(net::run_task(accounts.add(one)).error(), StoreFault::full);
}

}  // namespace
}  // namespace signet::conformance
