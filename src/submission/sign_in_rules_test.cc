#include "submission/sign_in_rules.h"

#include "sasl/mechanism.h"
#include "settings/mechanisms.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace signet::submission {
namespace {

using ::testing::ElementsAre;

settings::Snapshot site() {
    settings::Snapshot settings;
    settings.auth.mechanisms = {"SCRAM-SHA-256", "PLAIN"};
    settings.sign_in = {
        {.name = "printers",
         .mechanisms = {"LOGIN"},
         .from = {*parse_network("192.168.20.0/24")},
         .accounts = {"printer-*"}},
        {.name = "staff", .mechanisms = {"scram-sha-256"}, .groups = {"staff"}},
        {.name = "inside", .mechanisms = {"PLAIN", "LOGIN"}, .listeners = {"inside"}},
        {.name = "never", .mechanisms = {"XOAUTH2"}, .listeners = {"inside"}},
    };
    return settings;
}

identity::Login login(const std::string& account, std::vector<std::string> groups = {}) {
    identity::Login made;
    made.account = account;
    made.groups = std::move(groups);
    return made;
}

TEST(SignInRules, OfferedIsWhatAnybodyMayUseWhoComesThatWay) {
    const auto settings = site();
    EXPECT_THAT(mechanisms_at({"submission", "192.168.20.7"}, settings),
                ElementsAre("LOGIN", "scram-sha-256", "PLAIN"));
    EXPECT_THAT(mechanisms_at({"submission", "192.0.2.1"}, settings),
                ElementsAre("scram-sha-256", "PLAIN"));
    EXPECT_THAT(mechanisms_at({"inside", "192.0.2.1"}, settings),
                ElementsAre("scram-sha-256", "PLAIN", "LOGIN"));
    EXPECT_THAT(mechanisms_at({"submission", "192.168.20.7"}, settings::Snapshot{}),
                ElementsAre("SCRAM-SHA-256-PLUS", "SCRAM-SHA-256", "OAUTHBEARER", "XOAUTH2",
                            "PLAIN", "LOGIN"));
}

TEST(SignInRules, TheFirstRuleThatFitsDecides) {
    const auto settings = site();
    struct Case {
        std::string listener, ip;
        identity::Login who;
        std::string mechanism;
        bool may;
    };
    const Case cases[] = {
        {"submission", "192.168.20.7", login("printer-2"), "LOGIN", true},
        {"submission", "192.168.20.7", login("printer-2"), "PLAIN", false},
        {"submission", "192.168.21.7", login("printer-2"), "LOGIN", false},
        {"submission", "192.168.21.7", login("printer-2"), "PLAIN", true},
        {"submission", "192.168.20.7", login("ann"), "LOGIN", false},
        {"submission", "192.0.2.1", login("ann", {"staff"}), "PLAIN", false},
        {"submission", "192.0.2.1", login("ann", {"staff"}), "SCRAM-SHA-256", true},
        {"inside", "192.0.2.1", login("ann", {"staff"}), "PLAIN", false},
        {"inside", "192.0.2.1", login("ann"), "LOGIN", true},
        {"inside", "192.0.2.1", login("ann"), "XOAUTH2", false},
        {"inside", "2001:db8::1", login("ann"), "login", true},
        {"submission", "/run/socket", login("printer-2"), "LOGIN", false},
    };
    for (const auto& c : cases) {
        EXPECT_EQ(may_sign_in({c.listener, c.ip}, c.who, c.mechanism, settings), c.may)
            << c.listener << " " << c.ip << " " << c.who.account << " " << c.mechanism;
    }
}

// Whoever is offered nothing that he may use would never know why.
TEST(SignInRules, WhatSomebodyMayUseIsOffered) {
    const auto settings = site();
    for (const std::string listener : {"submission", "inside"}) {
        for (const std::string ip : {"192.168.20.7", "192.0.2.1", "nowhere"}) {
            const auto offered = mechanisms_at({listener, ip}, settings);
            for (const auto& who : {login("printer-2"), login("ann"), login("ann", {"staff"})}) {
                for (const auto name : sasl::mechanism_names()) {
                    if (!may_sign_in({listener, ip}, who, name, settings)) continue;
                    EXPECT_TRUE(settings::is_named(name, offered))
                        << listener << ip << who.account << name;
                }
            }
        }
    }
}

}  // namespace
}  // namespace signet::submission
