#include "settings/changes.h"
#include "settings/parse.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace signet::settings {
namespace {

const std::string kFront =
    "version = 1\nhostname = 'mail.example.com'\n"
    "[tls]\ncertificate = '/c'\nkey = '/k'\n"
    "[[listener]]\nname = 's'\nrole = 'submissions'\nbind = ['0.0.0.0:465']\n"
    "[[route]]\nname = 'r'\nmatch = '*'\nmaildir = '/m/{domain}/{local}'\n";

std::string store(const std::string& name, const std::string& kind, const std::string& more = "") {
    return "[[store]]\nname = '" + name + "'\nkind = '" + kind + "'\n" + more + "\n";
}

Result<Parsed, std::vector<Problem>> read(const std::string& stores) {
    const std::vector<SourceText> files{{"signet.toml", kFront + stores}};
    return parse(files);
}

// The codes of all problems, in order.
std::string judged(const std::string& stores) {
    const auto parsed = read(stores);
    const auto& problems = parsed ? parsed->warnings : parsed.error();
    std::string codes;
    for (const auto& problem : problems) codes += (codes.empty() ? "" : " ") + problem.code;
    return codes;
}

TEST(ValidateStore, each_kind_has_its_own_settings_and_what_it_needs) {
    const std::string file = "file = { path = '/etc/users' }";
    const auto with = [](const std::string& more, const std::string& url = "ldap://a.example") {
        return "ldap = { urls = ['" + url + "'], base = 'o=x', " + more + " }";
    };
    const std::string ldap = "ldap = { urls = ['ldaps://a.example'], base = 'o=x' }";
    struct Case {
        std::string stores, codes;
    };
    const Case cases[] = {
        {"", ""},
        {store("old", "passwd-file", file), ""},
        {store("old", "passwd-file"), "E0351"},
        {store("old", "passwd-file", "file = { path = 'users' }"), "W0315"},
        {store("old", "passwd-file", "file = { path = '/u', weak_schemes = true }"), "W0351"},
        {store("old", "passwd-file", "file = { path = '/u', plain_passwords = true }"), "W0350"},
        {store("old", "password-file", file), "E0201"},
        {store("own", "database"), ""},
        {store("own", "database", file), "E0350"},
        {store("own", "database") + store("again", "database"), "E0352"},
        {store("database", "passwd-file", file), "E0352"},
        {store("database", "database"), ""},
        {store("dir", "ldap", ldap), ""},
        {store("dir", "ldap", "ldap = { urls = ['ldaps://a.example'] }"), "E0351"},
        {store("dir", "ldap", "ldap = { base = 'o=x' }"), "E0351"},
        {store("dir", "ldap", "ldap = { base = 'o=x', urls = ['https://a.example'] }"), "E0205"},
        {store("dir", "ldap", "ldap = { base = 'o=x', urls = ['ldap://a/o=x??sub'] }"), "E0205"},
        {store("dir", "ldap", with("filter = 'uid={login}'")), "E0353"},
        {store("dir", "ldap", with("filter = '(uid={login}))('")), "E0353"},
        {store("dir", "ldap", with("filter = '(uid=ann)'")), "E0353"},
        {store("dir", "ldap", with("filter = '(uid={name})'")), "E0353 E0353"},
        {store("dir", "ldap", with("filter = '(&(uid={user})(o={domain}))'")), ""},
        {store("dir", "ldap", with("group_filter = '(member={dn})'")), ""},
        {store("dir", "ldap", with("filter = '(&(uid={user})(o={dn}))'")), "E0353"},
        {store("dir", "ldap", with("bind_dn = 'cn=s'")), "E0354"},
        {store("dir", "ldap", with("bind_dn = 'cn=s', bind_password = { file = '/p' }")), ""},
        {store("dir", "ldap", with("mode = 'compare'")), "E0354"},
        {store("dir", "ldap", with("tls = 'none'")), "W0352"},
        {store("dir", "ldap", with("tls = 'none'", "ldaps://a.example")), ""},
        {store("dir", "ldap", with("tls = 'none'", "ldap://127.0.0.1")), ""},
        {store("dir", "ldap", with("addresses = ['mail', 'proxyAddresses']")), ""},
        {store("dir", "ldap", with("addresses = ['ma il']")), "E0207"},
        {store("dir", "ldap", ldap + "\nfile = { path = '/u' }"), "E0350"},
        {store("unix", "pam"), ""},
        {store("unix", "pam", "pam = { service = 'mail', user = 'local-part' }"), ""},
        {store("unix", "pam", "pam = { user = 'name' }"), "E0201"},
        {store("unix", "pam", "pam = { directory = 'pam.d' }"), "W0315"},
        {store("one", "passwd-file", file) + store("one", "passwd-file", file), "E0303"},
        {store("old", "passwd-file", file + "\ndomains = ['example.com', '*.example.org']"), ""},
        {store("old", "passwd-file", file + "\ndomains = ['example .com']"), "E0205"},
        {store("old", "passwd-file", file + "\ntimeout = '10ms'"), "E0202"},
        {store("old", "passwd-file", file + "\nconnections = 0"), "E0202"},
    };
    for (const auto& c : cases) EXPECT_EQ(judged(c.stores), c.codes) << c.stores;
}

TEST(ValidateStore, a_database_is_asked_for_the_login_and_verified) {
    const auto sql = [](const std::string& more, const std::string& hosts = "'/run/postgresql'") {
        return "postgresql = { hosts = [" + hosts + "]" + (more.empty() ? "" : ", ") + more + " }";
    };
    struct Case {
        std::string stores, codes;
    };
    const Case cases[] = {
        {store("db", "postgresql", sql("")), ""},
        {store("db", "postgresql", sql("", "'db1.example.com', 'db2.example.com:5433'")), ""},
        {store("db", "postgresql", sql("", "'db1 example'")), "E0205"},
        {store("db", "postgresql", "postgresql = { user = 'x' }"), "E0351"},
        {store("db", "postgresql", sql("query = 'SELECT password FROM a WHERE b = $1'")), ""},
        {store("db", "postgresql", sql("query = ' ( select password FROM a WHERE b = $2)'")), ""},
        {store("db", "postgresql", sql("query = 'WITH x AS (SELECT 1) SELECT $1 AS password'")),
         ""},
        {store("db", "postgresql",
               sql("query = \"\"\"\nSELECT password\n\tFROM a WHERE b = $1\n\"\"\"")),
         ""},
        {store("db", "postgresql", sql("query = \"SELECT $1 \\u0001\"")), "E0207"},
        {store("db", "postgresql", sql("query = 'SELECT password FROM a'")), "E0355"},
        {store("db", "postgresql", sql("query = 'DELETE FROM a WHERE b = $1'")), "E0355"},
        {store("db", "postgresql", sql("query = ' '")), "E0355"},
        {store("db", "postgresql", sql("channel = 'c'")), "E0355"},
        {store("db", "postgresql", sql("channel = 'c', query = 'SELECT $1'")), ""},
        {store("db", "postgresql", sql("tls = 'none'")), ""},
        {store("db", "postgresql", sql("tls = 'none'", "'localhost', '[::1]:5432'")), ""},
        {store("db", "postgresql", sql("tls = 'none'", "'127.0.0.1', 'db.example'")), "W0353"},
        {store("db", "postgresql", sql("tls = 'prefer'")), "E0201"},
        {store("db", "postgresql", sql("tls = 'always'")), "E0201"},
        {store("db", "postgresql", sql("session = 'primary'")), ""},
        {store("db", "postgresql", sql("client_key = '/k'")), "E0356"},
        {store("db", "postgresql", sql("client_key = '/k', client_certificate = '/c'")), ""},
        {store("db", "postgresql", sql("weak_schemes = true, plain_passwords = true")),
         "W0351 W0350"},
        {store("db", "postgresql", sql("") + "\nfile = { path = '/u' }"), "E0350"},
    };
    for (const auto& c : cases) EXPECT_EQ(judged(c.stores), c.codes) << c.stores;
}

TEST(ValidateStore, what_is_written_is_there) {
    const auto parsed = read(store("old", "passwd-file",
                                   "domains = 'example.com'\ntimeout = '2s'\n"
                                   "file = { path = '/u', default_scheme = 'ssha512' }"));
    ASSERT_TRUE(parsed);
    const auto& one = parsed->snapshot.stores.at(0);
    EXPECT_EQ(one.name, "old");
    EXPECT_THAT(one.domains, testing::ElementsAre("example.com"));
    EXPECT_EQ(one.timeout, std::chrono::seconds{2});
    EXPECT_EQ(one.file.path, "/u");
    EXPECT_EQ(one.file.default_scheme, "SSHA512");
}

TEST(ValidateStore, stores_are_taken_up_at_a_reload) {
    Snapshot running, next;
    running.stores = {{.name = "old", .kind = "passwd-file", .file = {.path = "/a"}}};
    next.stores = {{.name = "old", .kind = "passwd-file", .file = {.path = "/b"}}};
    const auto changes = changes_between(running, next);
    ASSERT_EQ(changes.size(), 1u);
    EXPECT_EQ(changes[0].path, "store[old].file.path");
    EXPECT_FALSE(changes[0].after_restart);
    EXPECT_EQ(without_what_needs_a_restart(running, next).stores[0].file.path, "/b");
}

}  // namespace
}  // namespace signet::settings
