#include "queue/owner.h"

#include <gtest/gtest.h>

#include <set>

namespace signet::queue {
namespace {

MessageInfo message(std::string account, std::string session, std::string sender) {
    MessageInfo info;
    info.account = std::move(account);
    info.session_id = std::move(session);
    info.envelope.sender.mailbox = mail::Mailbox{std::move(sender), "example.org"};
    return info;
}

TEST(OwnerOf, AnAccountIsOneOwnerWhateverItSendsAs) {
    EXPECT_EQ(owner_of(message("job", "S1", "news")), owner_of(message("job", "S2", "offers")));
    auto as_nobody = message("job", "S3", "");
    as_nobody.envelope.sender.mailbox.reset();
    EXPECT_EQ(owner_of(as_nobody), owner_of(message("job", "S1", "news")));
}

TEST(OwnerOf, WhatAStrangerInventsMakesNoOwner) {
    auto elsewhere = message("", "S2", "b");
    elsewhere.envelope.sender.mailbox->domain = "example.net";
    EXPECT_EQ(owner_of(message("", "S1", "a")), owner_of(elsewhere));
}

TEST(OwnerOf, AccountsStrangersAndSignetAreDifferentOwners) {
    // An account with the name of another owner is not that owner.
    const std::set<std::string> owners{
        owner_of(message("ann", "S", "ann")),  owner_of(message("bob", "S", "ann")),
        owner_of(message("", "S", "ann")),     owner_of(message("", "", "ann")),
        owner_of(message("signet", "S", "a")), owner_of(message("strangers", "S", "a"))};
    EXPECT_EQ(owners.size(), 6u);
}

}  // namespace
}  // namespace signet::queue
