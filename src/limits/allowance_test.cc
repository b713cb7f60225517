#include "limits/allowance.h"

#include <gtest/gtest.h>

namespace signet::limits {
namespace {

using namespace std::chrono_literals;

settings::Snapshot some_settings() {
    settings::Snapshot settings;
    settings.limits.recipients = 200;
    settings.limits.message_size = 10'000;
    settings.account_limits = {.messages = {10, 60s},
                               .recipients = {50, 60s},
                               .message_recipients = 20,
                               .message_size = 1'000};
    return settings;
}

TEST(Allowance, what_an_account_does_not_say_the_settings_do) {
    const auto allowance = allowance_of({}, some_settings());
    EXPECT_EQ(allowance.messages, (Rate{10, 60s}));
    EXPECT_EQ(allowance.recipients, (Rate{50, 60s}));
    EXPECT_EQ(allowance.message_recipients, 20u);
    EXPECT_EQ(allowance.message_size, 1'000u);
}

TEST(Allowance, what_an_account_says_counts_whether_more_or_less) {
    const auto allowance = allowance_of({.messages = Rate{1, 1s},
                                         .recipients = Rate{900, 1s},
                                         .message_recipients = 5,
                                         .message_size = 5'000},
                                        some_settings());
    EXPECT_EQ(allowance.messages, (Rate{1, 1s}));
    EXPECT_EQ(allowance.recipients, (Rate{900, 1s}));
    EXPECT_EQ(allowance.message_recipients, 5u);
    EXPECT_EQ(allowance.message_size, 5'000u);
}

TEST(Allowance, none_of_its_own_is_none_but_in_one_message_what_everybody_has) {
    const auto allowance = allowance_of(
        {.messages = Rate{}, .recipients = Rate{}, .message_recipients = 0, .message_size = 0},
        some_settings());
    EXPECT_FALSE(allowance.messages.limits());
    EXPECT_FALSE(allowance.recipients.limits());
    EXPECT_EQ(allowance.message_recipients, 200u);
    EXPECT_EQ(allowance.message_size, 10'000u);
}

TEST(Allowance, nobody_has_more_in_one_message_than_everybody) {
    const auto allowance =
        allowance_of({.message_recipients = 999, .message_size = 99'999}, some_settings());
    EXPECT_EQ(allowance.message_recipients, 200u);
    EXPECT_EQ(allowance.message_size, 10'000u);
    auto settings = some_settings();
    settings.account_limits.message_recipients = 0;
    settings.account_limits.message_size = 0;
    EXPECT_EQ(allowance_of({}, settings).message_recipients, 200u);
    EXPECT_EQ(allowance_of({}, settings).message_size, 10'000u);
}

}  // namespace
}  // namespace signet::limits
