#include "settings/safety.h"

#include <gtest/gtest.h>

namespace signet::settings {
namespace {

std::string codes_of(const SafetyFacts& facts) {
    Snapshot settings;
    settings.listeners.push_back({"s", "submissions", {{"127.0.0.1", 465}}});
    Places places;
    places.main_file = "signet.toml";
    std::string codes;
    for (const auto& finding : judge_safety(settings, places, facts)) {
        EXPECT_FALSE(finding.verdict.empty());
        for (const auto& problem : finding.problems) {
            codes += (codes.empty() ? "" : " ") + problem.code;
        }
    }
    return codes;
}

FileFact key_file(unsigned mode, unsigned parent_mode = 0755) {
    return {"tls.key", "/k", true, true, mode, parent_mode};
}

TEST(Safety, files_are_judged_by_who_can_read_and_change_them) {
    struct Row {
        FileFact file;
        const char* expected;
    };
    const Row rows[] = {
        {key_file(0600), ""},
        {key_file(0640), ""},
        {key_file(0644), "W0313"},
        {key_file(0660), "W0313"},
        {key_file(0602), "E0312"},
        {key_file(0600, 0777), "E0312"},
        {key_file(0600, 01777), ""},
        {{"route[0].auth.password", "/p", true, true, 0604, 0755}, "W0313"},
        {{"storage.credential_key", "/k", true, true, 0644, 0755}, "W0313"},
        {{"tls.certificate", "/c", true, true, 0644, 0755}, ""},
        {{"tls.certificate", "/c", false, false, 0, 0}, "E0311"},
        {{"tls.key", "/k", true, false, 0600, 0755}, "E0311"},
        {{"storage.path", "/s", true, true, 0700, 0755}, ""},
        {{"storage.path", "/s", true, true, 0755, 0755}, "W0318"},
        {{"storage.path", "/s", true, true, 0702, 0755}, "W0318"},
        {{"storage.path", "/s", false, false, 0, 0}, ""},
    };
    for (const auto& row : rows) {
        EXPECT_EQ(codes_of({{row.file}, {}}), row.expected)
            << row.file.setting << " " << std::oct << row.file.mode;
    }
}

TEST(Safety, security_21_an_account_that_may_send_as_a_whole_domain_is_named) {
    SafetyFacts facts;
    facts.accounts = {{"ann", true, true, {"ann@example.com"}},
                      {"app", true, true, {"*@example.com"}},
                      {"off", false, true, {"*@example.com"}},
                      {"bare", true, false, {"x@example.com"}},
                      {"mute", true, true, {}}};
    EXPECT_EQ(codes_of(facts), "W0319 W0320 W0320");
}

TEST(Safety, security_25_says_what_was_checked_even_when_all_is_well) {
    Snapshot settings;
    settings.listeners = {{"a", "submissions", {}}, {"b", "submission", {}}};
    const auto findings = judge_safety(settings, {}, {});
    std::string subjects;
    for (const auto& finding : findings) subjects += finding.subject + ";";
    EXPECT_EQ(subjects,
              "open relay;passwords in the clear;TLS version;smart hosts;secret files;"
              "files;accounts;");
    EXPECT_TRUE(findings.at(0).verdict.starts_with("nobody sends without signing in: 2 listeners"));
    EXPECT_EQ(findings.at(1).verdict,
              "AUTH is offered inside TLS only: 1 with TLS from the first "
              "octet, 1 with STARTTLS before AUTH");
}

TEST(Safety, security_25_says_what_strangers_and_trusted_networks_may_do) {
    Snapshot settings;
    settings.listeners = {{"a", "submissions"}, {"b", "mx"}};
    settings.listeners[1].auth = false;
    settings.domains = {{"example.com"}, {"example.net"}};
    settings.networks = {{"printers", {}}};
    const auto findings = judge_safety(settings, {}, {});
    EXPECT_EQ(findings.at(0).verdict,
              "nobody sends without signing in: 1 listener looked at, each takes MAIL only after "
              "AUTH, and each login only its own addresses; strangers reach 2 domains of yours and "
              "no other, through 1 listener of role mx; 1 trusted network without sign-in, within "
              "senders and domains of their own");
    EXPECT_EQ(findings.at(1).verdict,
              "AUTH is offered inside TLS only: 1 with TLS from the first octet, 0 with STARTTLS "
              "before AUTH, 1 without AUTH");
}

TEST(Safety, an_alias_file_that_others_may_change_is_named) {
    Snapshot settings;
    settings.aliases.files = {"/etc/aliases"};
    SafetyFacts facts;
    facts.files = {{"aliases.files", "/etc/aliases", true, true, 0644, 0755}};
    const auto problems = [&] {
        for (const auto& finding : judge_safety(settings, {}, facts)) {
            if (finding.subject == "aliases") return finding.problems.size();
        }
        return std::size_t{99};
    };
    EXPECT_EQ(problems(), 0u);
    facts.files[0].mode = 0666;
    EXPECT_EQ(problems(), 1u);
    facts.files[0].mode = 0644;
    facts.files[0].parent_mode = 0777;
    EXPECT_EQ(problems(), 1u);
}

TEST(Safety, routes_to_mail_exchangers_are_counted_where_there_are_any) {
    Snapshot settings;
    const auto verdict = [&] {
        for (const auto& finding : judge_safety(settings, {}, {})) {
            if (finding.subject == "mail exchangers") return finding.verdict;
        }
        return std::string{};
    };
    EXPECT_EQ(verdict(), "");
    settings.routes = {{.name = "a", .match = {"a.example"}, .mx = MxSettings{}},
                       {.name = "b", .match = {"*"}, .mx = MxSettings{.tls = "none"}}};
    EXPECT_EQ(verdict(), "2 routes to mail exchangers, 1 of them in the clear; DNSSEC: validate");
}

}  // namespace
}  // namespace signet::settings
