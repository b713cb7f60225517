#include "net/cipher_list.h"

#include <gmock/gmock.h>

namespace signet::net {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

TEST(JudgeCiphers, the_default_has_no_fault_and_serves_both_kinds_of_key) {
    const auto judged = judge_ciphers(kDefaultCiphers);
    EXPECT_EQ(judged.unusable, "");
    EXPECT_THAT(judged.forbidden, IsEmpty());
    EXPECT_THAT(judged.weak, IsEmpty());
    EXPECT_THAT(judged.key_kinds, UnorderedElementsAre("ECDSA", "RSA"));
}

TEST(JudgeCiphers, what_is_misspelt_empty_or_a_command_is_unusable) {
    EXPECT_THAT(judge_ciphers("ECDHE-RSA-AES128-GCM-SHA256:ECHDE-RSA-AES256-GCM-SHA384").unusable,
                HasSubstr("`ECHDE-RSA-AES256-GCM-SHA384`"));
    EXPECT_THAT(judge_ciphers("").unusable, HasSubstr("no cipher"));
    EXPECT_THAT(judge_ciphers("ECDHE+AESGCM:!ECDHE").unusable, HasSubstr("no cipher"));
    EXPECT_THAT(judge_ciphers("ALL:@SECLEVEL=0").unusable, HasSubstr("@SECLEVEL"));
    EXPECT_THAT(judge_ciphers("\x1b[2J").unusable, Not(HasSubstr("\x1b")));
}

// OpenSSL 3 has no RC4, export or single DES any more: whoever excludes them is right, too.
TEST(JudgeCiphers, words_that_take_away_need_not_be_known) {
    const auto judged = judge_ciphers("HIGH:!aNULL:!eNULL:!RC4:!3DES:!EXPORT:!PSK:!SRP:!CAMELLIA");
    EXPECT_EQ(judged.unusable, "");
    EXPECT_THAT(judged.forbidden, IsEmpty());
    EXPECT_THAT(judged.weak, Contains("AES256-SHA"));
}

TEST(JudgeCiphers, security_05_what_protects_nothing_is_forbidden) {
    EXPECT_THAT(judge_ciphers("ALL:eNULL").forbidden,
                testing::AllOf(Contains("NULL-SHA256"), Contains("NULL-MD5"),
                               Contains("ADH-AES256-GCM-SHA384")));
    EXPECT_THAT(judge_ciphers("ECDHE-RSA-AES128-GCM-SHA256:AECDH-AES256-SHA").forbidden,
                ElementsAre("AECDH-AES256-SHA"));
}

TEST(JudgeCiphers, no_forward_secrecy_and_cbc_are_weak) {
    const auto judged =
        judge_ciphers("ECDHE-RSA-AES128-GCM-SHA256:AES256-GCM-SHA384:ECDHE-RSA-AES256-SHA");
    EXPECT_THAT(judged.forbidden, IsEmpty());
    EXPECT_THAT(judged.weak, ElementsAre("AES256-GCM-SHA384", "ECDHE-RSA-AES256-SHA"));
    EXPECT_THAT(judged.key_kinds, ElementsAre("RSA"));
}

}  // namespace
}  // namespace signet::net
