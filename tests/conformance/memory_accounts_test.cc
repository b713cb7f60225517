#include "store/memory_accounts.h"

#include "conformance/account_store.h"

namespace signet::conformance {
namespace {

class MemoryBench final : public AccountBench {
public:
    identity::AccountStore& store() override { return store_; }

private:
    store::MemoryAccounts store_{clock};
};

std::unique_ptr<AccountBench> make_bench() { return std::make_unique<MemoryBench>(); }

INSTANTIATE_TEST_SUITE_P(Memory, AccountStoreSuite, testing::Values(&make_bench));

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
