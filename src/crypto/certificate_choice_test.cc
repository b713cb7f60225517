#include "crypto/certificate_choice.h"

#include <gmock/gmock.h>

namespace signet::crypto {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using Set = CertificateChoice::Set;

Set chosen(const CertificateChoice& choice, std::string_view name) {
    return choice.sets()[choice.find(name)];
}

TEST(CertificateChoice, an_exact_name_then_a_wildcard_for_one_label_then_the_default) {
    const Candidate candidates[] = {{{"mail.example.com"}, "ECDSA"},
                                    {{"*.example.org", "example.org"}, "ECDSA"},
                                    {{"smtp.example.org", "xn--bcher-kva.example"}, "ECDSA"}};
    const CertificateChoice choice(candidates);
    struct Row {
        std::string asked;
        std::size_t shown;
    };
    for (const auto& [asked, shown] : {
             Row{"mail.example.com", 0},
             {"MAIL.Example.COM", 0},
             {"mail.example.com.", 0},
             {"smtp.example.org", 2},
             {"any.example.org", 1},
             {"example.org", 1},
             {"two.labels.example.org", 0},  // RFC 9525 §6.3: a wildcard is one label
             {".example.org", 0},
             {"*.example.org", 1},
             {"xn--bcher-kva.example", 2},
             {"unknown.example", 0},
             {"org", 0},
             {"", 0},
             {".", 0},
         }) {
        EXPECT_THAT(chosen(choice, asked), ElementsAre(shown)) << asked;
    }
}

TEST(CertificateChoice, ecdsa_and_rsa_for_the_same_name_are_shown_together) {
    const Candidate candidates[] = {{{"a.example", "b.example"}, "ECDSA"},
                                    {{"c.example"}, "RSA"},
                                    {{"a.example", "b.example"}, "RSA"},
                                    {{"c.example"}, "ECDSA"}};
    const CertificateChoice choice(candidates);
    EXPECT_THAT(chosen(choice, "a.example"), ElementsAre(0, 2));
    EXPECT_THAT(chosen(choice, "unknown"), ElementsAre(0, 2));  // the default, too
    EXPECT_THAT(chosen(choice, "c.example"), ElementsAre(1, 3));
    EXPECT_EQ(choice.sets().size(), 2u);
    EXPECT_THAT(choice.never_shown(), IsEmpty());
    EXPECT_THAT(choice.shadowed(), IsEmpty());
}

TEST(CertificateChoice, of_two_with_a_name_and_a_kind_the_first_is_shown_and_the_other_named) {
    const Candidate candidates[] = {
        {{"a.example"}, "ECDSA"}, {{"a.example", "b.example"}, "ECDSA"}, {{"a.example"}, "ECDSA"}};
    const CertificateChoice choice(candidates);
    EXPECT_THAT(chosen(choice, "a.example"), ElementsAre(0));
    EXPECT_THAT(chosen(choice, "b.example"), ElementsAre(1));
    EXPECT_THAT(choice.never_shown(), ElementsAre(2));
    ASSERT_EQ(choice.shadowed().size(), 2u);
    EXPECT_EQ(choice.shadowed()[0].candidate, 1u);
    EXPECT_EQ(choice.shadowed()[0].by, 0u);
    EXPECT_EQ(choice.shadowed()[0].name, "a.example");
}

TEST(CertificateChoice, one_that_has_no_name_can_only_be_the_default) {
    const Candidate candidates[] = {{{}, "ECDSA"}, {{}, "RSA"}, {{"a.example"}, "RSA"}};
    const CertificateChoice choice(candidates);
    EXPECT_THAT(chosen(choice, "x"), ElementsAre(0));
    EXPECT_THAT(choice.never_shown(), ElementsAre(1));
}

// CVE-2017-15130 (memory for each name), CVE-2019-15846 (a trailing backslash).
TEST(CertificateChoice, security_18_junk_finds_the_default) {
    const Candidate candidates[] = {{{"mail.example"}, "ECDSA"}, {{"*.b.example"}, "ECDSA"}};
    const CertificateChoice choice(candidates);
    std::string every_octet;
    for (int octet = 0; octet < 256; ++octet) every_octet.push_back(static_cast<char>(octet));
    for (const auto& junk :
         {std::string(65'536, 'a'), std::string(300, '.'), every_octet, std::string("x\\"),
          std::string("\0mail.example", 13), std::string("mail.example\0", 13),
          std::string("mail.example.."), std::string("../../b.example"),
          std::string(250, 'a') + ".b.example"}) {
        EXPECT_EQ(choice.find(junk), 0u) << junk.substr(0, 40);
    }
}

}  // namespace
}  // namespace signet::crypto
