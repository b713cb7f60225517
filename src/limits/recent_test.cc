#include "limits/recent.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace signet::limits {
namespace {

std::vector<std::string> keys(const Recent<int>& table) {
    std::vector<std::string> found;
    for (const auto& [key, value] : table) found.push_back(key);
    return found;
}

TEST(Recent, forgets_who_was_used_least_lately) {
    Recent<int> table{3};
    table.use("a") = 1;
    table.use("b") = 2;
    table.use("c") = 3;
    table.use("a");
    table.use("d") = 4;
    EXPECT_THAT(keys(table), testing::ElementsAre("d", "a", "c"));
    EXPECT_EQ(table.use("b"), 0) << "what was forgotten begins empty";
}

TEST(Recent, looking_is_not_use) {
    Recent<int> table{2};
    table.use("a") = 1;
    table.use("b") = 2;
    EXPECT_EQ(*table.peek("a"), 1);
    table.use("c");
    EXPECT_EQ(table.peek("a"), nullptr);
    EXPECT_EQ(*table.find("b"), 2);
    table.use("d");
    EXPECT_EQ(table.peek("c"), nullptr) << "b was found, which is use";
    EXPECT_EQ(table.find("c"), nullptr);
    EXPECT_EQ(table.size(), 2u) << "to look for what is not there adds nothing";
}

TEST(Recent, forgets_on_demand) {
    Recent<int> table{2};
    table.use("a") = 1;
    table.forget("a");
    table.forget("a");
    EXPECT_EQ(table.size(), 0u);
    EXPECT_EQ(table.use("a"), 0);
}

}  // namespace
}  // namespace signet::limits
