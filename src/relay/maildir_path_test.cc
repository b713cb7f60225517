#include "relay/maildir_path.h"

#include "base/entropy.h"

#include <gtest/gtest.h>

#include <set>

namespace signet::relay {
namespace {

using Names = std::vector<std::string>;

TEST(MaildirPath, TheNamesAreFilledInAndWhatComesBeforeThemIsTheAdministrators) {
    struct Case {
        std::string_view path, base;
        Names below;
    };
    const Case cases[] = {
        {"/var/mail/{domain}/{local}", "/var/mail", {"example.org", "bob"}},
        {"/var/mail/{local}@{domain}/Maildir", "/var/mail", {"bob@example.org", "Maildir"}},
        {"/var/mail/{account}", "/var/mail", {"ann"}},
        {"/{local}", "/", {"bob"}},
        {"{local}/in", ".", {"bob", "in"}},
        {"var/dev/mail", "var/dev/mail", {}},
        {"/var/mail/{nothing}/{local}", "/var/mail/{nothing}", {"bob"}},
        {"/var/mail//{local}//x/", "/var/mail/", {"bob", "x"}},
    };
    for (const auto& c : cases) {
        const auto path = expand_maildir(c.path, "ann", {"Bob", "Example.org"});
        EXPECT_EQ(path.base, c.base) << c.path;
        EXPECT_EQ(path.below, c.below) << c.path;
    }
}

TEST(MaildirPath, WhatHasNoAccountIsFiledUnderANameThatNoAccountCanHave) {
    using enum queue::Origin;
    EXPECT_EQ(origin_name("", signet), "MAILER-DAEMON");
    EXPECT_EQ(origin_name("", stranger), "UNPROVEN");
    EXPECT_EQ(origin_name("mailer-daemon", login), "mailer-daemon");
    EXPECT_EQ(origin_name("UNPROVEN", login), "%55%4E%50%52%4F%56%45%4E");
}

TEST(MaildirPath, security_28_NoNameFromTheNetworkLeavesItsPlace) {
    struct Case {
        std::string local;
        std::string_view name;
    };
    const Case cases[] = {
        {"..", "%2E."},
        {".", "%2E"},
        {"../../etc/passwd", "%2E.%2F..%2Fetc%2Fpasswd"},
        {"/etc/passwd", "%2Fetc%2Fpasswd"},
        {".hidden", "%2Ehidden"},
        {"a/../b", "a%2F..%2Fb"},
        {std::string("a\0b", 3), "a%00b"},
        {"a\nb", "a%0Ab"},
        {"a b", "a%20b"},
        {"100%", "100%25"},
        {"{domain}", "%7Bdomain%7D"},
        {"caf\xC3\xA9", "caf%C3%A9"},
        {"$(id)", "%24%28id%29"},
        {"", "%"},
    };
    for (const auto& c : cases) EXPECT_EQ(path_name(c.local), c.name) << c.local;
}

TEST(MaildirPath, security_28_AValueIsNeverTakenForAPlaceholder) {
    EXPECT_EQ(expand_maildir("{local}", "ann", {"{account}", "example.org"}).below,
              Names{"%7Baccount%7D"});
}

TEST(MaildirPath, security_28_TwoNamesNeverBecomeTheSame) {
    SeededEntropy entropy{3};
    constexpr std::string_view kAlphabet = "./%2Ea\\";
    std::set<std::string> given, made;
    for (int i = 0; i < 20'000; ++i) {
        std::string text;
        for (auto size = entropy.next() % 6; size > 0; --size) {
            text += kAlphabet[entropy.next() % kAlphabet.size()];
        }
        given.insert(text);
        const auto name = path_name(text);
        made.insert(name);
        ASSERT_FALSE(name.empty() || name.starts_with('.'));
        ASSERT_EQ(name.find('/'), std::string::npos);
    }
    EXPECT_EQ(given.size(), made.size());
}

}  // namespace
}  // namespace signet::relay
