#include "settings/parse.h"
#include "settings/people.h"

#include <gtest/gtest.h>

namespace signet::settings {
namespace {

using std::chrono::days;

const std::string kFront =
    "version = 1\nhostname = 'mail.example.com'\n"
    "[tls]\ncertificate = '/c'\nkey = '/k'\n"
    "[[listener]]\nname = 's'\nrole = 'submissions'\nbind = ['0.0.0.0:465']\n"
    "[[route]]\nname = 'r'\nmatch = '*'\nmaildir = '/m/{domain}/{local}'\n";
std::string staff(const std::string& groups) {
    return "[[store]]\nname = 'staff'\nkind = 'ldap'\n"
           "ldap = { urls = 'ldaps://dc1.example.com', base = 'dc=example', groups = " +
           groups + " }\n";
}
const std::string kStaff = staff("'staff=cn=staff,dc=example'");

Result<Parsed, std::vector<Problem>> parsed(const std::string& text) {
    const std::vector<SourceText> files{{"signet.toml", kFront + text}};
    return parse(files);
}

// The codes of all problems, in order.
std::string judged(const std::string& text) {
    const auto read = parsed(text);
    const auto& problems = read ? read->warnings : read.error();
    std::string codes;
    for (const auto& problem : problems) codes += (codes.empty() ? "" : " ") + problem.code;
    return codes;
}

TEST(ValidatePeople, WarningsAreWholeDaysAndComeBeforeTheEnd) {
    EXPECT_EQ(judged("[passwords]\nmax_age = '365d'\n"), "W0370");
    EXPECT_EQ(judged("[passwords]\nmax_age = '10d'\n"), "W0370") << "a default is nobody's fault";
    EXPECT_EQ(judged("[passwords]\nmax_age = '10d'\nwarn_before = ['10d']\n"), "W0370 E0370");
    EXPECT_EQ(judged("[passwords]\nwarn_before = ['36h']\n"), "E0370");
    EXPECT_EQ(judged("[passwords]\nmax_age = '10d'\nwarn_before = 'none'\n"), "W0370");
    EXPECT_TRUE(warnings_of({.most = days{10}, .warn_before = {"none"}}).empty());
    const auto read = parsed("[passwords]\nmax_age = '10d'\nwarn_before = ['1d', '7d']\n");
    ASSERT_TRUE(read);
    EXPECT_EQ(warnings_of(read->snapshot.passwords.age), (std::vector{days{7}, days{1}}));
    EXPECT_EQ(warnings_of({.most = days{10}}), (std::vector{days{3}}));
}

TEST(ValidatePeople, WhoIsStillThereIsSaidOnce) {
    EXPECT_EQ(judged("[reconcile]\nlist = '/l'\nat = '02:30'\n"), "");
    EXPECT_EQ(judged(kStaff + "[reconcile]\nstore = 'staff'\nat = '23:59'\n"), "");
    for (const auto* wrong :
         {"at = '02:30'\n", "list = '/l'\nstore = 'staff'\n", "store = 'stuff'\n",
          "list = '/l'\nat = '24:00'\n", "list = '/l'\nat = '2:30'\n"}) {
        EXPECT_EQ(judged(kStaff + "[reconcile]\n" + wrong), "E0371") << wrong;
    }
}

TEST(ValidatePeople, GroupsOfADirectoryGetNames) {
    EXPECT_EQ(judged(staff("'staff=cn=staff,dc=example'")), "");
    for (const auto* wrong : {"'cn=staff'", "'Staff=cn=staff,dc=example'", "'staff'"}) {
        EXPECT_EQ(judged(staff(wrong)), "E0372") << wrong;
    }
    const auto one = parse_group_of_directory("staff=cn=mail staff,dc=example");
    ASSERT_TRUE(one);
    EXPECT_EQ(one->group, "staff");
    EXPECT_EQ(one->dn, "cn=mail staff,dc=example");
}

}  // namespace
}  // namespace signet::settings
