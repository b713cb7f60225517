#include "identity/account_columns.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace signet::identity {
namespace {

using testing::ElementsAre;
using enum AccountColumn;

const std::string kVerifier =
    "SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:"
    "wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=";
const RowRules kRules{.formats = {}, .default_domain = "example.com"};

Result<RowAccount, std::string> read(std::vector<AccountField> row) {
    return read_account_row("ann", row, kRules);
}
std::string trouble(std::vector<AccountField> row) {
    const auto made = read(std::move(row));
    return made ? "" : made.error();
}

TEST(AccountColumns, a_row_is_an_account) {
    const auto made = read({{name, "Ann@Example.com"},
                            {password, "$6$salt$" + std::string(86, 'a')},
                            {verifiers, "{" + kVerifier + "}"},
                            {enabled, "t"},
                            {may_submit, "1"},
                            {nologin, std::nullopt},
                            {send_as, "{info@example.com,*@shop.example}"},
                            {groups, "staff, printers"},
                            {allow_nets, "{192.0.2.0/24,2001:db8::/32}"},
                            {messages_per_hour, "500"},
                            {recipients_per_hour, "0"},
                            {message_recipients, "20"},
                            {message_size, "1048576"}});
    ASSERT_TRUE(made) << made.error();
    const auto& account = made->account;
    EXPECT_EQ(account.name, "ann@example.com");
    EXPECT_FALSE(made->useless);
    EXPECT_TRUE(account.enabled && account.may_submit);
    EXPECT_THAT(account.send_as,
                ElementsAre(SendAs{"ann", "example.com"}, SendAs{"info", "example.com"},
                            SendAs{"", "shop.example"}));
    EXPECT_THAT(account.groups, ElementsAre("staff", "printers"));
    ASSERT_EQ(account.credentials.size(), 1u);
    EXPECT_THAT(account.credentials[0].verifiers, ElementsAre(kVerifier));
    EXPECT_EQ(account.credentials[0].policy.networks.size(), 2u);
    EXPECT_EQ(account.limits.messages, (Rate{500, std::chrono::hours{1}}));
    EXPECT_EQ(account.limits.recipients, (Rate{0, std::chrono::hours{1}}));
    EXPECT_EQ(account.limits.message_recipients, 20u);
    EXPECT_EQ(account.limits.message_size, 1'048'576u);
}

TEST(AccountColumns, what_is_left_out_is_the_usual) {
    const auto made = read({{password, "$6$salt$" + std::string(86, 'a')}});
    ASSERT_TRUE(made);
    EXPECT_EQ(made->account.name, "ann");
    EXPECT_TRUE(made->account.enabled && made->account.may_submit);
    EXPECT_THAT(made->account.send_as, ElementsAre(SendAs{"ann", "example.com"}));
}

TEST(AccountColumns, null_lets_nobody_in) {
    EXPECT_FALSE(read({{enabled, std::nullopt}})->account.enabled);
    EXPECT_FALSE(read({{may_submit, std::nullopt}})->account.may_submit);
    EXPECT_TRUE(read({{nologin, std::nullopt}})->account.enabled);
    EXPECT_EQ(trouble({{name, std::nullopt}}), "NULL in name");
    EXPECT_TRUE(read({{password, std::nullopt}})->account.credentials.empty());
}

TEST(AccountColumns, each_of_two_flags_can_lock_out) {
    EXPECT_FALSE(read({{enabled, "1"}, {nologin, "yes"}})->account.enabled);
    EXPECT_FALSE(read({{nologin, "0"}, {enabled, "off"}})->account.enabled);
    EXPECT_TRUE(read({{nologin, "F"}, {enabled, "Y"}})->account.enabled);
}

TEST(AccountColumns, what_cannot_be_read_makes_no_account) {
    EXPECT_EQ(trouble({{enabled, "maybe"}}), "`maybe` is neither true nor false in enabled");
    EXPECT_EQ(trouble({{nologin, ""}}), "`` is neither true nor false in nologin");
    EXPECT_EQ(trouble({{name, "a b"}}), "`a b` cannot be the name of an account in name");
    EXPECT_EQ(trouble({{allow_nets, "10.0.0.0/40"}}),
              "`10.0.0.0/40` in allow_nets is not a network in allow_nets");
    EXPECT_EQ(trouble({{groups, "Staff Room"}}), "`Staff` is no name of a group in groups");
    EXPECT_EQ(trouble({{message_size, "-1"}}),
              "`-1` is no number of 0 to 1099511627776 in message_size");
    EXPECT_EQ(trouble({{verifiers, "SCRAM-SHA-256$1"}}),
              "something that is no verifier in verifiers");
    EXPECT_EQ(trouble({{send_as, std::string(65'537, 'a')}}), "more than 64 KiB in send_as");
    EXPECT_NE(trouble({{send_as, "{a@example.com,NULL}"}}), "");
}

TEST(AccountColumns, a_password_that_opens_nothing_is_told) {
    EXPECT_EQ(read({{password, "{SSHA}x"}})->useless, FormatFault::fast_digest);
    EXPECT_EQ(read({{password, "!locked"}})->useless, std::nullopt);
    EXPECT_EQ(read({{password, ""}})->useless, FormatFault::empty);
}

TEST(AccountColumns, lists_are_arrays_or_text) {
    using Items = std::vector<std::string>;
    EXPECT_EQ(read_column_list(""), Items{});
    EXPECT_EQ(read_column_list("{}"), Items{});
    EXPECT_EQ(read_column_list(" a,b ,\n c;"), (Items{"a", "b", "c"}));
    EXPECT_EQ(read_column_list("{a,b}"), (Items{"a", "b"}));
    EXPECT_EQ(read_column_list(R"({"a b","c\"d\\e","NULL",""})"),
              (Items{"a b", "c\"d\\e", "NULL", ""}));
    for (const auto* broken :
         {"{a,}", "{,a}", "{{a}}", R"({"a})", R"({"a\})", "{a\"b}", R"({"a"b})", "{NULL}"}) {
        EXPECT_FALSE(read_column_list(broken)) << broken;
    }
    std::string many;
    for (int i = 0; i < 1'001; ++i) many += "a,";
    EXPECT_FALSE(read_column_list(many));
    EXPECT_FALSE(read_column_list("{" + many + "a}"));
}

TEST(AccountColumns, names_are_read_back) {
    for (const auto column : account_columns()) {
        EXPECT_EQ(parse_account_column(identity::name(column)), column);
    }
    EXPECT_EQ(parse_account_column("passwd"), std::nullopt);
}

}  // namespace
}  // namespace signet::identity
