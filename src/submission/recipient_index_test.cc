#include "submission/recipient_index.h"

#include <gtest/gtest.h>

namespace signet::submission {
namespace {

TEST(RecipientIndex, security_18_each_mailbox_is_new_once_however_many_there_are) {
    RecipientIndex index;
    std::vector<mail::Recipient> recipients;
    const auto add = [&](std::string local, std::string domain) {
        const mail::Mailbox mailbox{std::move(local), std::move(domain)};
        const bool fresh = index.add(recipients, mailbox);
        if (fresh) recipients.push_back({.mailbox = mailbox});
        return fresh;
    };
    for (int round = 0; round < 2; ++round) {
        for (int i = 0; i < 10'000; ++i) {
            EXPECT_EQ(add("user" + std::to_string(i), "example.com"), round == 0);
        }
    }
    EXPECT_EQ(recipients.size(), 10'000u);
    EXPECT_TRUE(add("User0", "example.com"));  // the case of a local part is its owner's matter
    EXPECT_TRUE(add("user0", "example.net"));
    EXPECT_FALSE(add("user0", "example.net"));
}

}  // namespace
}  // namespace signet::submission
