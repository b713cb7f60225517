#include "identity/staff.h"

#include <gtest/gtest.h>

namespace signet::identity {
namespace {

Account account(std::string name, std::vector<SendAs> send_as = {}) {
    return {.name = std::move(name), .send_as = std::move(send_as)};
}

std::string names(const ReconcilePlan& plan) {
    std::string all;
    for (const auto& leaver : plan.leavers) all += (all.empty() ? "" : " ") + leaver.account;
    return all;
}

TEST(Staff, IsReadFromLinesAndFromCsv) {
    EXPECT_EQ(parse_staff("Ann@Example.com\r\n\n# nobody\nbob\n"),
              (Staff{"ann@example.com", "bob"}));
    EXPECT_EQ(parse_staff("mail,name\nann@example.com,Ann\n\"bob@example.com\";Bob, B.\n"),
              (Staff{"ann@example.com", "bob@example.com"}));
    EXPECT_EQ(parse_staff("\xEF\xBB\xBF"
                          "bob"),
              Staff{"bob"});
    EXPECT_EQ(parse_staff(""), Staff{});
    for (const auto* wrong :
         {"ann@example.com\nann lee\n", "\"ann\n", "<html>\n<body bad>\n", "ann\nmail\n\"\"\n"}) {
        EXPECT_FALSE(parse_staff(wrong)) << wrong;
    }
    EXPECT_TRUE(parse_staff("ann\nann lee").error().starts_with("line 2 "));
}

TEST(Staff, WhoIsNotOnTheListLeaves) {
    const std::vector<Account> all{account("ann@example.com"), account("bob@example.com"),
                                   account("shop"),
                                   account("carl", {{"", "example.com"}, {"c", "example.com"}})};
    const Staff staff{"ann@example.com", "c@example.com"};
    const auto plan = plan_reconcile(all, staff, {.at_most = 100});
    EXPECT_EQ(plan.compared, 4u);
    EXPECT_EQ(names(plan), "bob@example.com shop");
    EXPECT_EQ(plan.refusal, "");
    EXPECT_EQ(plan.leavers[0].why, "the list does not name bob@example.com");
    EXPECT_EQ(names(plan_reconcile(all, staff, {.at_most = 100, .except = {"SH*p"}})),
              "bob@example.com");
    EXPECT_EQ(names(plan_reconcile(all, staff, {.at_most = 100, .domains = {"example.com"}})),
              "bob@example.com");
    auto left = all;
    left[1].enabled = false;
    EXPECT_EQ(names(plan_reconcile(left, staff, {.at_most = 100})), "shop") << "he left before";
}

TEST(Staff, ALostListIsNotBelieved) {
    std::vector<Account> all;
    Staff staff;
    for (int i = 0; i < 100; ++i) {
        all.push_back(account("p" + std::to_string(i)));
        if (i >= 10) staff.insert(all.back().name);
    }
    EXPECT_EQ(plan_reconcile(all, staff, {}).refusal, "");
    staff.erase("p99");
    EXPECT_TRUE(plan_reconcile(all, staff, {}).refusal.starts_with("11 of 100 accounts"));
    EXPECT_FALSE(plan_reconcile(all, {}, {.at_most = 100}).refusal.empty());
    EXPECT_FALSE(plan_reconcile(all, staff, {.at_most = 0}).refusal.empty());
    for (const auto& one : all) staff.insert(one.name);
    EXPECT_EQ(plan_reconcile(all, staff, {.at_most = 0}).refusal, "") << "nobody left";
}

}  // namespace
}  // namespace signet::identity
