// Issuers of tokens: where they are asked, and that somebody can use them.
#include "settings/parse.h"

#include <gtest/gtest.h>

namespace signet::settings {
namespace {

const std::string kFront =
    "version = 1\nhostname = 'mail.example.com'\n"
    "[tls]\ncertificate = '/c'\nkey = '/k'\n"
    "[[listener]]\nname = 's'\nrole = 'submissions'\nbind = ['0.0.0.0:465']\n"
    "[[route]]\nname = 'r'\nmatch = '*'\nmaildir = '/m/{domain}/{local}'\n";
const std::string kTokens = "[auth]\nmechanisms = ['OAUTHBEARER', 'PLAIN']\n";

std::string issuer(const std::string& name, const std::string& url, const std::string& more = "") {
    return "[[issuer]]\nname = '" + name + "'\nurl = '" + url + "'\naudience = 'smtp'\n" + more;
}

Result<Parsed, std::vector<Problem>> parsed(const std::string& text) {
    const std::vector<SourceText> files{{"signet.toml", text}};
    return parse(files);
}

// The codes of all problems, in order.
std::string judged(const std::string& text) {
    const auto read = parsed(kFront + text);
    const auto& problems = read ? read->warnings : read.error();
    std::string codes;
    for (const auto& problem : problems) codes += (codes.empty() ? "" : " ") + problem.code;
    return codes;
}

TEST(ValidateIssuer, all_of_it_comes_into_its_fields) {
    const auto read = parsed(
        kFront + kTokens +
        issuer("a", "https://login.example.com/",
               "algorithms = ['ES256', 'EdDSA']\nrequired_scope = ['a', 'b']\nclients = 'web'\n"
               "account_claim = 'upn'\nstrip_domain = 'Corp.example'\nappend_domain = 'x.example'\n"
               "plain_jwt = true\nclock_skew = '5s'\njwks_url = 'https://k.example'\n"
               "keys_refresh = '2m'\nkeys_life = '2h'\nca = '/ca'\nprivate_addresses = true\n"
               "introspection = { url = 'https://i.example', client_id = 'signet', "
               "client_secret = { file = '/s' }, when = 'always', life = '30s' }\n"));
    ASSERT_TRUE(read) << read.error().front().message;
    const auto& one = read->snapshot.issuers.at(0);
    EXPECT_EQ(one.url, "https://login.example.com/");  // to the letter
    EXPECT_EQ(one.audience, std::vector<std::string>{"smtp"});
    EXPECT_EQ(one.algorithms, (std::vector<std::string>{"ES256", "EdDSA"}));
    EXPECT_EQ(one.required_scope, (std::vector<std::string>{"a", "b"}));
    EXPECT_EQ(one.clients, std::vector<std::string>{"web"});
    EXPECT_EQ(one.account.claim, "upn");
    EXPECT_EQ(one.account.strip_domain, "corp.example");
    EXPECT_EQ(one.account.append_domain, "x.example");
    EXPECT_TRUE(one.plain_jwt && one.reach.private_addresses && one.is_asked());
    EXPECT_EQ(one.clock_skew, seconds{5});
    EXPECT_EQ(one.keys.url, "https://k.example");
    EXPECT_EQ(one.keys.refresh, seconds{120});
    EXPECT_EQ(one.keys.life, seconds{7'200});
    EXPECT_EQ(one.introspection.url, "https://i.example");
    EXPECT_EQ(one.introspection.client_secret.file, "/s");
    EXPECT_EQ(one.introspection.when, "always");
    EXPECT_EQ(one.introspection.life, seconds{30});
}

TEST(ValidateIssuer, what_is_left_out_is_on_the_safe_side) {
    const auto read = parsed(kFront + kTokens + issuer("a", "https://login.example.com"));
    ASSERT_TRUE(read);
    const auto& one = read->snapshot.issuers.at(0);
    EXPECT_FALSE(one.plain_jwt || one.reach.private_addresses || one.is_asked());
    EXPECT_EQ(one.account.claim, "sub");
    EXPECT_EQ(one.clock_skew, seconds{60});
}

TEST(ValidateIssuer, security_15_an_issuer_is_asked_over_https_or_on_this_machine) {
    const auto also = [](const std::string& key, const std::string& url) {
        return issuer("a", "https://login.example.com", key + " = '" + url + "'\n");
    };
    const std::string client = "client_id = 'c', client_secret = { file = '/s' }";
    struct Case {
        std::string text, codes;
    };
    const Case cases[] = {
        {issuer("a", "https://login.example.com/realms/a"), ""},
        {issuer("a", "http://127.0.0.1:9000"), ""},
        {issuer("a", "http://localhost:9000"), ""},
        {issuer("a", "http://login.example.com"), "E0360"},
        {issuer("a", "http://10.0.0.1"), "E0360"},
        {issuer("a", "login.example.com"), "E0360"},
        {issuer("a", "file:///etc/passwd"), "E0360"},
        {issuer("a", "https://ann@login.example.com"), "E0360"},
        {issuer("a", "https://login.example.com?tenant=1"), "E0360"},
        {also("jwks_url", "https://keys.example.com"), ""},
        {also("jwks_url", "http://keys.example.com"), "E0360"},
        {also("jwks_url", "http://127.0.0.1/keys"), "E0360"},
        {also("introspection", "x"), "E0104"},
        {issuer("a", "https://login.example.com",
                "introspection = { " + client + ", url = 'http://x.example' }\n"),
         "E0360"},
        {issuer("a", "http://127.0.0.1:9000", "jwks_url = 'http://127.0.0.1:9000/keys'\n"), ""},
    };
    for (const auto& c : cases) EXPECT_EQ(judged(kTokens + c.text), c.codes) << c.text;
}

TEST(ValidateIssuer, each_stands_once_and_whole) {
    const std::string url = "https://login.example.com";
    struct Case {
        std::string text, codes;
    };
    const Case cases[] = {
        {issuer("a", url) + issuer("b", "https://other.example.com"), ""},
        {issuer("a", url) + issuer("b", url), "E0361"},
        {issuer("a", url) + issuer("a", "https://other.example.com"), "E0303"},
        {"[[issuer]]\nname = 'a'\nurl = '" + url + "'\n", "E0105"},
        {issuer("a", url, "introspection = { client_id = 'c' }\n"), "E0362"},
        {issuer("a", url, "introspection = { client_secret = { file = '/s' } }\n"), "E0362"},
        {issuer("a", url, "introspection = { when = 'always' }\n"), "E0362"},
        {issuer("a", url, "keys_life = '5m'\n"), "E0363"},
        {issuer("a", url, "algorithms = ['HS256']\n"), "E0201"},
        {issuer("a", url, "algorithms = ['none']\n"), "E0201"},
        {issuer("a", url, "algorithms = []\n"), "E0207"},
        {issuer("a", url, "audience = ''\n"), "E0106"},
        {issuer("a", url, "clock_skew = '10m'\n"), "E0202"},
    };
    for (const auto& c : cases) EXPECT_EQ(judged(kTokens + c.text), c.codes) << c.text;
}

TEST(ValidateIssuer, mechanisms_and_issuers_belong_together) {
    const std::string passwords = "[auth]\nmechanisms = ['PLAIN']\n";
    EXPECT_EQ(judged(passwords + issuer("a", "https://login.example.com")), "W0360");
    EXPECT_EQ(judged(passwords), "");
    EXPECT_EQ(judged(kTokens), "W0361");
    EXPECT_EQ(judged(""), "");  // what nobody asked for is not missed
    EXPECT_EQ(judged(issuer("a", "https://login.example.com")), "");
    EXPECT_EQ(
        judged("[auth]\nmechanisms = ['XOAUTH2']\n" + issuer("a", "https://login.example.com")),
        "");
}

}  // namespace
}  // namespace signet::settings
