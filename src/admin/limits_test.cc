#include "admin/admin_world.h"

#include <boost/json.hpp>

namespace signet::admin {
namespace {

TEST_F(Admin, sets_limits_takes_them_back_and_says_what_is_in_force_and_whence) {
    settings::Snapshot settings;
    settings.account_limits.messages = {7, std::chrono::seconds{60}};
    services_.settings = [&] { return std::make_shared<const settings::Snapshot>(settings); };
    EXPECT_TRUE(ask("account.add", R"({"name":"b","limit_messages":"500/1h"})"));
    EXPECT_EQ(account("b").limits.messages, (Rate{500, std::chrono::seconds{3'600}}));
    EXPECT_EQ(last_event().change.back().field, "limit_messages");

    const auto outcome =
        ask("account.set", R"({"name":"b","limit_messages":"default","limit_recipients":"none",)"
                           R"("limit_message_recipients":"20","limit_message_size":"25MiB"})");
    ASSERT_TRUE(outcome) << said(outcome);
    const auto limits = account("b").limits;
    EXPECT_FALSE(limits.messages);
    EXPECT_EQ(limits.recipients->count, 0u);
    EXPECT_EQ(limits.message_recipients, 20u);
    EXPECT_EQ(limits.message_size, 25u << 20);
    const auto shown = boost::json::parse(outcome->done).at("limits");
    EXPECT_EQ(boost::json::serialize(shown),
              R"({"messages":{"value":"7/1m","from":"settings"},)"
              R"("recipients":{"value":"none","from":"account"},)"
              R"("message_recipients":{"value":"20","from":"account"},)"
              R"("message_size":{"value":"25 MiB","from":"account"}})");
    const auto changes = last_event().change;
    ASSERT_EQ(changes.size(), 4u);
    EXPECT_EQ(changes[0].old_value, "500/1h");
    EXPECT_EQ(changes[0].new_value, "default");
    EXPECT_EQ(changes[1].old_value, "default");
    EXPECT_EQ(changes[1].new_value, "none");
    EXPECT_EQ(changes[3].new_value, "25 MiB");

    EXPECT_TRUE(ask("account.set", R"({"name":"b","may_submit":false})"));
    EXPECT_TRUE(account("b").limits == limits) << "what was not said stays";
    const auto events = audit_.events().size();
    EXPECT_TRUE(ask("account.set", R"({"name":"b","limit_message_size":"25 MiB"})"));
    EXPECT_EQ(audit_.events().size(), events);
}

TEST_F(Admin, says_which_limit_it_cannot_read) {
    EXPECT_TRUE(ask("account.add", R"({"name":"b"})"));
    struct Row {
        const char* parameter;
        const char* said;
    };
    for (const auto& row : {
             Row{R"("limit_messages":"500")",
                 "usage: limit_messages takes a number and a time such as `500/1h`, `none` or "
                 "`default`"},
             {R"("limit_recipients":"0/1h")",
              "usage: limit_recipients takes a number and a time such as `500/1h`, `none` or "
              "`default`"},
             {R"("limit_message_recipients":"10001")",
              "usage: limit_message_recipients takes a number from 1 to 10000, `none` or "
              "`default`"},
             {R"("limit_message_recipients":"0")",
              "usage: limit_message_recipients takes a number from 1 to 10000, `none` or "
              "`default`"},
             {R"("limit_message_size":"25")",
              "usage: limit_message_size takes a size such as `25MiB`, `none` or `default`"},
             {R"("limit_message_size":"")",
              "usage: limit_message_size takes a size such as `25MiB`, `none` or `default`"},
         }) {
        const auto parameters = R"({"name":"b",)" + std::string{row.parameter} + "}";
        EXPECT_EQ(said(ask("account.set", parameters)), row.said);
        EXPECT_EQ(said(ask("account.add", parameters)), row.said);
    }
    EXPECT_TRUE(account("b").limits == identity::AccountLimits{});
}

}  // namespace
}  // namespace signet::admin
