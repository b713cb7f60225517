#include "identity/expand.h"

#include "net/run_task.h"

#include <gmock/gmock.h>

namespace signet::identity {
namespace {

using aliases::Mailboxes;
using net::run_task;

const mail::Mailbox kAnn{"ann", "here.test"}, kBob{"bob", "else.test"};

class Accounts final : public RecipientDirectory {
public:
    Task<Result<bool, StoreFault>> knows(mail::Mailbox mailbox) override {
        ++asked;
        if (fault) co_return fail(*fault);
        co_return mailbox.folded() == kAnn;
    }
    std::optional<StoreFault> fault{};
    int asked = 0;
};

class Expand : public testing::Test {
protected:
    Result<Mailboxes, Unexpanded> expand(mail::Mailbox recipient) {
        return run_task(identity::expand(table, std::move(recipient), accounts));
    }
    Accounts accounts;
    aliases::Table table{{{"here.test", {}}},
                         {{{"root", ""}, {{"ann", ""}, {"bob", "else.test"}}},
                          {{"", "here.test"}, {{"bob", "else.test"}}},
                          {{"carl", ""}, {{"carl", ""}}}}};
};

TEST_F(Expand, asks_the_accounts_about_whom_only_a_catch_all_would_take) {
    EXPECT_EQ(expand({"root", "here.test"}).value(), (Mailboxes{kAnn, kBob}));
    EXPECT_EQ(accounts.asked, 1);
    EXPECT_EQ(expand({"whoever", "here.test"}).value(), Mailboxes{kBob});
    EXPECT_EQ(expand(kBob).value(), Mailboxes{kBob});
    EXPECT_EQ(accounts.asked, 2);
}

TEST_F(Expand, who_is_no_alias_stays_as_it_was_written) {
    EXPECT_EQ(expand({"Ann", "here.test"}).value(), (Mailboxes{{"Ann", "here.test"}}));
    EXPECT_EQ(expand({"CARL", "here.test"}).value(), (Mailboxes{{"CARL", "here.test"}}));
}

TEST_F(Expand, what_nobody_can_say_is_a_fault_and_no_guess) {
    accounts.fault = StoreFault::unavailable;
    const auto expanded = expand({"whoever", "here.test"});
    ASSERT_FALSE(expanded);
    EXPECT_EQ(expanded.error(), Unexpanded{StoreFault::unavailable});
    const mail::Recipient ours{{"whoever", "here.test"}};
    EXPECT_EQ(run_task(expand_or_keep(table, ours, accounts)), std::vector{ours});
}

TEST_F(Expand, what_we_write_ourselves_goes_to_all_of_them) {
    const auto to =
        run_task(expand_or_keep(table, {{"root", "here.test"}, {.asked = true}, {}}, accounts));
    ASSERT_EQ(to.size(), 2u);
    EXPECT_EQ(to[0].mailbox, kAnn);
    EXPECT_EQ(to[1], (mail::Recipient{kBob, {.asked = true}, "rfc822;root@here.test"}));
}

}  // namespace
}  // namespace signet::identity
