#include "identity/account.h"

#include "identity/credential_store.h"

#include <gtest/gtest.h>

namespace signet::identity {
namespace {

TEST(Account, NamesAreFoldedToLowerCase) {
    struct Case {
        std::string presented, name;
    };
    const Case cases[] = {
        {"ann", "ann"},
        {"Ann@Example.COM", "ann@example.com"},
        {"a.b-c+d_e=f", "a.b-c+d_e=f"},
        {"scanner*", "scanner*"},
        {std::string(255, 'A'), std::string(255, 'a')},
        {"\uFF21\uFF4E\uFF4E\uFF20example.com", "ann@example.com"},  // full width
    };
    for (const auto& c : cases) EXPECT_EQ(fold_account_name(c.presented), c.name);
}

TEST(Account, NamesThatNoAccountCanHaveAreNone) {
    for (const auto& bad : {std::string{}, std::string(256, 'a'), std::string{"a b"},
                            std::string{" ann"}, std::string{"ann "}, std::string("a\0b", 3)}) {
        EXPECT_FALSE(fold_account_name(bad)) << bad;
    }
}

// What a log, a path, a query, a template or a second alphabet would read as its own.
TEST(Account, security_10_names_cannot_carry_what_others_interpret) {
    for (const auto* bad : {"' OR '1'='1", "a\"b", "%{if;x", "../../etc/passwd", "a/b", "a\\b",
                            ".hidden", "m\r\n235 ok", "a\tb", "a\x1b[2J", "\x7f"}) {
        EXPECT_FALSE(fold_account_name(bad)) << bad;
    }
}

TEST(Account, security_24_names_are_ascii_so_that_no_letter_has_a_twin) {
    for (const auto* hidden : {"\u200B", "\u200D", "\u00AD", "\u2060", "\uFEFF", "\u202E"}) {
        EXPECT_FALSE(fold_account_name(std::string{"ann"} + hidden)) << hidden;
        EXPECT_FALSE(fold_account_name(hidden + std::string{"ann"})) << hidden;
    }
    EXPECT_FALSE(fold_account_name("\xD0\xB0nn@example.com"));  // Cyrillic a
    EXPECT_FALSE(fold_account_name("j\xC3\xB6rg"));
}

TEST(Refusal, EachHasItsWordForTheAudit) {
    EXPECT_EQ(name(Refusal::unknown_account), "unknown_account");
    EXPECT_EQ(name(Refusal::bad_password), "bad_password");
    EXPECT_EQ(name(Refusal::no_usable_password), "no_usable_password");
    EXPECT_EQ(name(Refusal::account_disabled), "account_disabled");
    EXPECT_EQ(name(Refusal::may_not_submit), "may_not_submit");
}

}  // namespace
}  // namespace signet::identity
