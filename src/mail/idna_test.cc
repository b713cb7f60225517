#include "mail/idna.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace signet::mail {
namespace {

using testing::Optional;

TEST(Idna, a_domain_has_one_name) {
    struct Case {
        std::string domain, ascii;
    };
    const Case cases[] = {
        {"example.com", "example.com"},
        {"EXAMPLE.Com", "example.com"},
        {"b\u00FCcher.example", "xn--bcher-kva.example"},
        {"B\u00DCCHER.example", "xn--bcher-kva.example"},
        {"bu\u0308cher.example", "xn--bcher-kva.example"},  // the other way to write it
        {"xn--bcher-kva.example", "xn--bcher-kva.example"},
        {"XN--BCHER-KVA.Example", "xn--bcher-kva.example"},
        {"xn--bcher-kva.b\u00FCcher", "xn--bcher-kva.xn--bcher-kva"},
        {"fa\u00DF.de", "xn--fa-hia.de"},  // RFC 5891, not what IDNA 2003 made of it
        {"\u4F8B\u3048.\u30C6\u30B9\u30C8", "xn--r8jz45g.xn--zckzah"},
        {"\u0645\u062B\u0627\u0644.example", "xn--mgbh0fb.example"},
    };
    for (const auto& c : cases)
        EXPECT_THAT(domain_to_ascii(c.domain), Optional(c.ascii)) << c.domain;
}

TEST(Idna, what_programs_map_differently_is_no_domain) {
    for (const std::string_view domain : {
             "\uFF45xample.com",     // a full-width letter
             "ex\u200Bample.com",    // a zero width space
             "ex\u00ADample.com",    // a soft hyphen
             "example\u3002com",     // an ideographic full stop
             "example\uFF0Ecom",     // a full-width one
             "\u2102.example",       // a letter of mathematics
             "a\uFE0F.example",      // a variation selector
             "stra\u1E9Ee.example",  // a capital sharp s: "ss" to some
             "a\u200Db.example",     // a joiner that joins nothing
             "a\u0645.example",      // left to right and right to left in one label
             "xn--a.example\u00FC",  // no Punycode
             "b\u00FC_cher.example",
             "-\u00FC.example",
             "\u00FC..example",
             "\xFF.example",
         }) {
        EXPECT_EQ(domain_to_ascii(domain), std::nullopt) << domain;
    }
    EXPECT_EQ(domain_to_ascii(std::string(2'000, 'a')), std::nullopt);
}

TEST(Idna, security_24_what_can_be_seen_is_told_from_what_cannot) {
    for (const std::string_view seen : {"ann", "a b", "j\u00FCrgen", "ju\u0308rgen", "\u7528\u6237",
                                        "\u0430nn", "\U0001F600", "\u0915\u094D\u200D\u0937"}) {
        EXPECT_TRUE(is_visible(seen)) << seen;
    }
    for (const std::string_view unseen :
         {"a\u200B", "a\u200C", "a\u200D", "a\u2060", "\uFEFFa",     "a\u00AD",
          "a\u00A0", "a\u3000", "a\u2028", "a\u2029", "a\u0085",     "a\t",
          "a\x7F",   "\u202Ea", "\u2066a", "a\uFE0F", "a\U000E0041", "\uE000",
          "\uFDD0",  "\uFFFF",  "a\u115F", "\u0378",  "\xFF"}) {
        EXPECT_FALSE(is_visible(unseen)) << unseen;
    }
}

TEST(Idna, folding_makes_one_of_what_one_owner_means) {
    EXPECT_EQ(fold_case("J\u00DCRGEN"), "j\u00FCrgen");
    EXPECT_EQ(fold_case("JU\u0308RGEN"), "j\u00FCrgen");
    EXPECT_EQ(fold_case("Ann"), "ann");
    EXPECT_EQ(fold_case("\u0410NN"), "\u0430nn");
    EXPECT_NE(fold_case("\u0430nn"), "ann");
    EXPECT_NE(fold_case("stra\u00DFe"), "strasse");
    EXPECT_EQ(fold_case("A\xFF"), "a\xFF");
    EXPECT_EQ(fold_case(fold_case("\u0130")), fold_case("\u0130"));
}

}  // namespace
}  // namespace signet::mail
