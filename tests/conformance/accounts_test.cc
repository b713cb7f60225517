#include "conformance/account_store.h"
#include "conformance/recipient_directory.h"
#include "store/memory_accounts.h"
#include "store/sqlite_accounts.h"
#include "store/temporary_folder.h"

namespace signet::conformance {
namespace {

class MemoryBench final : public AccountBench {
public:
    identity::AccountStore& store() override { return store_; }

private:
    store::MemoryAccounts store_{clock};
};

class SqliteBench final : public AccountBench {
public:
    identity::AccountStore& store() override { return *store_; }

private:
    store::TemporaryFolder folder_;
    SeededEntropy entropy_{1};
    std::unique_ptr<store::SqliteAccounts> store_ =
        store::SqliteAccounts::open(
            folder_ / "state/accounts.db", clock,
            {[](store::KeyNeed) { return Secret{std::string(32, 'k')}; }, entropy_})
            .value();
};

template <class Bench>
std::unique_ptr<AccountBench> make() {
    return std::make_unique<Bench>();
}

class MemoryRecipients final : public RecipientBench {
public:
    identity::AccountStore& accounts() override { return store_; }
    identity::RecipientDirectory& directory() override { return store_; }

private:
    store::MemoryAccounts store_{clock};
};

class SqliteRecipients final : public RecipientBench {
public:
    identity::AccountStore& accounts() override { return *store_; }
    identity::RecipientDirectory& directory() override { return *store_; }

private:
    store::TemporaryFolder folder_;
    SeededEntropy entropy_{1};
    std::unique_ptr<store::SqliteAccounts> store_ =
        store::SqliteAccounts::open(
            folder_ / "state/accounts.db", clock,
            {[](store::KeyNeed) { return Secret{std::string(32, 'k')}; }, entropy_})
            .value();
};

template <class Bench>
std::unique_ptr<RecipientBench> make_recipients() {
    return std::make_unique<Bench>();
}

INSTANTIATE_TEST_SUITE_P(Memory, RecipientDirectorySuite,
                         testing::Values(&make_recipients<MemoryRecipients>));
INSTANTIATE_TEST_SUITE_P(Sqlite, RecipientDirectorySuite,
                         testing::Values(&make_recipients<SqliteRecipients>));

INSTANTIATE_TEST_SUITE_P(Memory, AccountStoreSuite, testing::Values(&make<MemoryBench>));
INSTANTIATE_TEST_SUITE_P(Sqlite, AccountStoreSuite, testing::Values(&make<SqliteBench>));

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
