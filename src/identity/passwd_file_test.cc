#include "identity/passwd_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace signet::identity {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

const std::string kHash = "{SHA256}E4CWaPtDY4Zwb2fcsFLtWEoEuhaowCoX1m00ww/O2iE=";

Account one(const std::string& line, const PasswdRules& rules = {}) {
    auto file = parse_passwd_file(line, rules);
    EXPECT_TRUE(file) << line << (file ? "" : file.error().front().what);
    EXPECT_THAT(file->accounts, SizeIs(1));
    return std::move(file->accounts.begin()->second);
}
const std::vector<IpNetwork>& networks(const Account& account) {
    return account.credentials.at(0).policy.networks;
}
std::vector<std::string> addresses(const Account& account) {
    std::vector<std::string> texts;
    for (const auto& address : account.send_as) texts.push_back(address.text());
    return texts;
}
// "line: what" of each.
std::vector<std::string> refused(const std::string& text) {
    const auto file = parse_passwd_file(text, {});
    std::vector<std::string> lines;
    if (file) return {"taken"};
    for (const auto& fault : file.error()) {
        lines.push_back(std::to_string(fault.line) + ": " + fault.what);
    }
    return lines;
}

TEST(PasswdFile, a_line_is_an_account) {
    const auto ann = one("Ann@Example.com:" + kHash);
    EXPECT_EQ(ann.name, "ann@example.com");
    EXPECT_EQ(ann.password_hash(), kHash);
    EXPECT_TRUE(ann.enabled && ann.may_submit);
    EXPECT_THAT(addresses(ann), ElementsAre("ann@example.com"));
    EXPECT_THAT(networks(ann), IsEmpty());
}

TEST(PasswdFile, all_of_dovecots_fields_are_understood_or_passed_over) {
    const auto bob = one("bob@example.com:" + kHash +
                         ":1000:1000:Bob:/home/bob:/bin/sh:userdb_mail=maildir:~/Mail "
                         "allow_nets=192.0.2.0/24,2001:db8::/32 userdb_quota_rule=*:storage=1G "
                         "send_as=info@example.com,*@shop.example proxy=y");
    EXPECT_THAT(addresses(bob),
                ElementsAre("bob@example.com", "info@example.com", "*@shop.example"));
    ASSERT_THAT(networks(bob), SizeIs(2));
    EXPECT_EQ(networks(bob)[0].text(), "192.0.2.0/24");
    EXPECT_EQ(networks(bob)[1].text(), "2001:db8::/32");
    EXPECT_TRUE(bob.enabled);
    EXPECT_FALSE(one("bob:" + kHash + "::::::nologin").enabled);
    EXPECT_FALSE(one("bob:" + kHash + "::::::nologin=y reason=left").enabled);
}

TEST(PasswdFile, comments_blank_lines_and_other_line_ends_are_borne) {
    const auto file = parse_passwd_file(
        "# users\r\n\r\n  \nann:" + kHash + "\r\nbob:" + kHash + "\n#carl:x\n\tdora", {});
    ASSERT_FALSE(file);
    EXPECT_EQ(file.error().front(), (PasswdRemark{7, "there is no `:` behind a name"}));
    const auto good = parse_passwd_file("# users\r\n\r\nann:" + kHash + "\r\nbob:" + kHash, {});
    ASSERT_TRUE(good);
    EXPECT_THAT(good->accounts, SizeIs(2));
    EXPECT_THAT(parse_passwd_file("", {})->accounts, IsEmpty());
}

TEST(PasswdFile, a_name_without_a_domain_has_the_default_ones_address) {
    EXPECT_THAT(addresses(one("ann:" + kHash)), IsEmpty());
    EXPECT_THAT(addresses(one("ann:" + kHash, {.default_domain = "example.com"})),
                ElementsAre("ann@example.com"));
}

TEST(PasswdFile, the_default_scheme_is_written_out) {
    EXPECT_EQ(
        one("ann:" + kHash.substr(8), {.formats = {.default_scheme = "SHA256"}}).password_hash(),
        kHash);
    EXPECT_EQ(one("ann:$2y$05$x").password_hash(), "$2y$05$x");
    EXPECT_EQ(one("ann:!").password_hash(), "!");
}

TEST(PasswdFile, a_scram_verifier_is_there_for_scram_too) {
    const auto ann =
        one("ann:{SCRAM-SHA-256}4096,BfPHb+/FHp4/yQWPexbE+g==,MVYhqzMeTzLZGnlWHlIjb/"
            "GPMJ93FJwHn3F8iGI2HF0=,oiC3qgvWeYdlUazLd9rwV2GOHZPO7RfLB++uwk9vSHE=");
    const auto verifier = ann.credentials.at(0).verifier(sasl::ProofKind::scram_sha256);
    EXPECT_TRUE(verifier.starts_with("SCRAM-SHA-256$4096:BfPH"));
    EXPECT_THAT(one("ann:" + kHash).credentials.at(0).verifiers, IsEmpty());
}

TEST(PasswdFile, a_password_that_cannot_be_checked_is_a_remark) {
    const auto file = parse_passwd_file(
        "ann:" + kHash + "\nbob:{SSHA}FlwrRcEkw5Wwv61VlQGVBOcjTe96l8FJ\ncarl:\ndora:!\n", {});
    ASSERT_TRUE(file);
    EXPECT_THAT(file->accounts, SizeIs(4));
    EXPECT_THAT(file->remarks,
                ElementsAre(PasswdRemark{2,
                                         "no password opens bob: a plain digest is broken in "
                                         "hours; give the account a new password"},
                            PasswdRemark{3, "no password opens carl: there is no hash"}));
}

TEST(PasswdFile, a_wrong_line_refuses_the_file_and_is_named) {
    EXPECT_THAT(refused("ann:" + kHash + "\nbob\n"),
                ElementsAre("2: there is no `:` behind a name"));
    EXPECT_THAT(refused("an n:" + kHash),
                ElementsAre("1: `an n` cannot be the name of an account"));
    EXPECT_THAT(refused(":" + kHash), ElementsAre("1: `` cannot be the name of an account"));
    EXPECT_THAT(refused("ann:x\nANN:y\n"), ElementsAre("2: `ann` is there twice"));
    EXPECT_THAT(refused("ann:x::::::allow_nets=10.0.0.0/33"),
                ElementsAre("1: `10.0.0.0/33` in allow_nets is not a network"));
    EXPECT_THAT(refused("ann:x::::::allow_nets="), ElementsAre("1: allow_nets names no network"));
    EXPECT_THAT(refused("ann:x::::::send_as=ann"),
                ElementsAre("1: `ann` in send_as is not an address"));
    EXPECT_THAT(refused("ann:x::::::nopassword=y"),
                ElementsAre("1: nopassword would open the account to everybody"));
    EXPECT_THAT(refused(std::string("ann:x\0y", 7)), ElementsAre("1: there is a NUL in the line"));
    EXPECT_THAT(refused("ann:" + std::string(kMaxPasswdLine, 'x')),
                ElementsAre("1: the line is longer than 8 KiB"));
    EXPECT_THAT(refused(std::string(300, '\n') + "ann"),
                ElementsAre("301: there is no `:` behind a name"));
}

TEST(PasswdFile, remarks_and_faults_are_bounded) {
    std::string weak, broken;
    for (int i = 0; i < 1'000; ++i) {
        weak += "u" + std::to_string(i) + ":{SSHA}x\n";
        broken += "broken\n";
    }
    EXPECT_THAT(parse_passwd_file(weak, {})->remarks, SizeIs(kMaxPasswdRemarks));
    EXPECT_THAT(refused(broken), SizeIs(kMaxPasswdRemarks));
}

}  // namespace
}  // namespace signet::identity
