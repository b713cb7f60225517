#include "store/ldap_filter.h"

#include <gtest/gtest.h>

namespace signet::store {
namespace {

using namespace std::string_literals;

// RFC 4515 §4 has the first four.
TEST(LdapFilter, security_10_a_value_is_a_value_whatever_it_holds) {
    const std::pair<std::string, std::string> cases[] = {
        {"Parens R Us (for all your parenthetical needs)",
         R"(Parens\20R\20Us\20\28for\20all\20your\20parenthetical\20needs\29)"},
        {"*", R"(\2a)"},
        {"C:\\MyFile", R"(C\3a\5cMyFile)"},
        {"\0\0\0\4"s, R"(\00\00\00\04)"},
        {"Lu\xC4\x8Di\xC4\x87", R"(Lu\c4\8di\c4\87)"},
        {"*)(uid=*", R"(\2a\29\28uid\3d\2a)"},
        {"ann@example.com", "ann@example.com"},
        {"a-b_c.d1", "a-b_c.d1"},
        {"\xFF", R"(\ff)"},
        {"", ""},
    };
    for (const auto& [octets, escaped] : cases) EXPECT_EQ(escape_filter_value(octets), escaped);
}

TEST(LdapFilter, a_template_is_filled_in) {
    const FilterValues ann{.login = "ann@example.com", .dn = "cn=Ann,dc=example"};
    EXPECT_EQ(fill_filter("(|(uid={user})(mail={login}))", ann),
              "(|(uid=ann)(mail=ann@example.com))");
    EXPECT_EQ(fill_filter("(&(member={dn})(o={domain}))", ann),
              R"((&(member=cn\3dAnn\2cdc\3dexample)(o=example.com)))");
    EXPECT_EQ(fill_filter("(uid={login})", {.login = "{dn}*", .dn = "secret"}),
              R"((uid=\7bdn\7d\2a))");
    EXPECT_EQ(fill_filter("(uid={user})(o={domain})", {.login = "ann", .dn = {}}), "(uid=ann)(o=)");
    EXPECT_EQ(fill_filter("(uid={user})", {.login = "a@b@c", .dn = {}}), "(uid=a@b)");
    EXPECT_EQ(fill_filter("(uid={other}{", ann), "(uid={other}{");
}

TEST(LdapFilter, a_template_can_mean_everybody) {
    EXPECT_EQ(fill_filter_for_all("(|(uid={user})(mail={login}))"), "(|(uid=*)(mail=*))");
    EXPECT_EQ(fill_filter_for_all("(&(o={domain})(upn={user}@{domain}))"), "(&(o=*)(upn=*@*))");
    EXPECT_EQ(fill_filter_for_all("(cn={user}{domain})"), "(cn=*)");
    using Names = std::vector<std::string>;
    EXPECT_EQ(attributes_compared("(&(objectClass=person)(|(uid={user})(mail={login})))"),
              (Names{"mail", "uid"}));
    EXPECT_EQ(attributes_compared("(userPrincipalName={user}@corp.example)"), Names{});
    EXPECT_EQ(attributes_compared("={login})"), Names{});
}

}  // namespace
}  // namespace signet::store
