// By which mechanisms and certificates somebody signs in, and as whom.
#include "settings/mechanisms.h"
#include "settings/parse.h"

#include <gtest/gtest.h>

namespace signet::settings {
namespace {

const std::string kFront =
    "version = 1\nhostname = 'mail.example.com'\n"
    "[tls]\ncertificate = '/c'\nkey = '/k'\n"
    "[[listener]]\nname = 's'\nrole = 'submissions'\nbind = ['0.0.0.0:465']\n"
    "[[listener]]\nname = 'mx'\nrole = 'mx'\nbind = ['0.0.0.0:25']\n"
    "[[domain]]\nname = 'example.com'\n"
    "[[route]]\nname = 'r'\nmatch = '*'\nmaildir = '/m/{domain}/{local}'\n";

Result<Parsed, std::vector<Problem>> parsed(const std::string& text) {
    const std::vector<SourceText> files{{"signet.toml", kFront + text}};
    return parse(files);
}

std::string judged(const std::string& text) {
    const auto read = parsed(text);
    const auto& problems = read ? read->warnings : read.error();
    std::string codes;
    for (const auto& problem : problems) codes += (codes.empty() ? "" : " ") + problem.code;
    return codes;
}

std::string rule(const std::string& more, const std::string& name = "a") {
    return "[[sign_in]]\nname = '" + name + "'\nmechanisms = ['PLAIN', 'EXTERNAL']\n" + more;
}

TEST(ValidateSignIn, all_of_it_comes_into_its_fields) {
    const auto read = parsed(
        rule("listeners = ['s']\nfrom = ['192.0.2.0/24']\naccounts = ['p-*']\ngroups = ['g']\n") +
        "[[act_as]]\nname = 'x'\naccounts = ['ann']\ngroups = ['desk']\nas = ['boss', 'team-*']\n"
        "[client_certificates]\nca = '/ca'\nrevoked = '/crl'\naccount = ['dns', 'principal']\n"
        "strip_domain = 'Corp.example'\nappend_domain = 'x.example'\n");
    ASSERT_TRUE(read) << read.error().front().message;
    const auto& one = read->snapshot.sign_in.at(0);
    EXPECT_EQ(one.mechanisms, (std::vector<std::string>{"PLAIN", "EXTERNAL"}));
    EXPECT_EQ(one.listeners, std::vector<std::string>{"s"});
    EXPECT_EQ(one.from.at(0).text(), "192.0.2.0/24");
    EXPECT_FALSE(one.for_everybody());
    const auto& act = read->snapshot.act_as.at(0);
    EXPECT_EQ(act.as, (std::vector<std::string>{"boss", "team-*"}));
    const auto& certificates = read->snapshot.client_certificates;
    EXPECT_EQ(certificates.account, (std::vector<std::string>{"dns", "principal"}));
    EXPECT_EQ(certificates.revoked, "/crl");
    EXPECT_EQ(certificates.strip_domain, "corp.example");
}

TEST(ValidateSignIn, each_rule_is_of_use) {
    EXPECT_EQ(judged(rule("listeners = ['s']\n")), "");
    EXPECT_EQ(judged(rule("listeners = ['t']\n")), "E0380");
    EXPECT_EQ(judged(rule("") + rule("", "b")), "W0380");
    EXPECT_EQ(judged(rule("groups = ['g']\n") + rule("", "b")), "");
    EXPECT_EQ(judged(rule("groups = ['g']\n") + rule("groups = ['h']\n")), "E0303");
}

TEST(ValidateSignIn, who_may_act_as_whom_is_said) {
    EXPECT_EQ(judged("[[act_as]]\nname = 'x'\naccounts = ['ann']\nas = ['boss']\n"), "");
    EXPECT_EQ(judged("[[act_as]]\nname = 'x'\nas = ['boss']\n"), "E0381");
    EXPECT_EQ(judged("[[act_as]]\nname = 'x'\naccounts = ['*']\nas = ['*']\n"), "W0381");
    EXPECT_EQ(judged("[[act_as]]\nname = 'x'\naccounts = ['ann']\n"), "E0105");
}

TEST(ValidateSignIn, certificates_have_an_authority_and_a_mechanism) {
    const std::string external = "[auth]\nmechanisms = ['EXTERNAL', 'PLAIN']\n";
    const std::string trust = "[client_certificates]\n";
    EXPECT_EQ(judged(external + trust + "ca = '/ca'\n"), "");
    EXPECT_EQ(judged(trust + "ca = '/ca'\n"), "W0382");
    EXPECT_EQ(judged(rule("groups = ['g']\n") + trust + "ca = '/ca'\n"), "");
    EXPECT_EQ(judged(external + trust + "revoked = '/crl'\n"), "E0382");
    EXPECT_EQ(judged(external + trust + "account = []\n"), "E0207");
    EXPECT_EQ(judged(external + trust + "account = ['name']\n"), "E0201");
}

TEST(Mechanisms, are_those_of_auth_and_of_the_rules) {
    const auto read = parsed(rule("listeners = ['s']\naccounts = ['p']\n"));
    ASSERT_TRUE(read);
    const auto& settings = read->snapshot;
    EXPECT_EQ(named_mechanisms(settings).back(), "EXTERNAL");
    EXPECT_EQ(named_mechanisms(settings).size(), settings.auth.mechanisms.size() + 1);
    EXPECT_TRUE(may_be_used("external", settings.listeners.at(0), settings));
    EXPECT_TRUE(may_be_used("LOGIN", settings.listeners.at(0), settings));
    EXPECT_FALSE(may_be_used("CRAM-MD5", settings.listeners.at(0), settings));
    EXPECT_FALSE(may_be_used("EXTERNAL", settings.listeners.at(1), settings)) << "without AUTH";
}

TEST(Mechanisms, a_rule_for_everybody_is_the_last_that_counts) {
    const auto read = parsed(rule("listeners = ['s']\n"));
    ASSERT_TRUE(read);
    EXPECT_FALSE(may_be_used("LOGIN", read->snapshot.listeners.at(0), read->snapshot));
}

}  // namespace
}  // namespace signet::settings
