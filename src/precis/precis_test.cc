#include "precis/precis.h"

#include <gtest/gtest.h>

namespace signet::precis {
namespace {

using namespace std::string_literals;
using Prepare = Prepared (*)(std::string_view);

struct Case {
    std::string input;
    Prepared wanted;
};

void expect_all(Prepare prepare, std::initializer_list<Case> cases) {
    for (const auto& c : cases) {
        const auto got = prepare(c.input);
        ASSERT_EQ(got.has_value(), c.wanted.has_value()) << c.input;
        if (!got) {
            EXPECT_EQ(got.error(), c.wanted.error()) << c.input;
            continue;
        }
        EXPECT_EQ(*got, *c.wanted);
        EXPECT_EQ(prepare(*got), *got) << "prepared twice";
    }
}

// RFC 8265 §4.3, tables 3 and 4.
TEST(OpaqueString, GivesTheExamplesOfRfc8265) {
    expect_all(opaque_string, {{"correct horse battery staple", "correct horse battery staple"},
                               {"Correct Horse Battery Staple", "Correct Horse Battery Staple"},
                               {"\u03C0\u00DF\u00E5", "\u03C0\u00DF\u00E5"},
                               {"Jack of \u2666s", "Jack of \u2666s"},
                               {"foo\u1680bar", "foo bar"},
                               {"", fail(Fault::empty)},
                               {"my cat is a \tby", fail(Fault::disallowed)}});
}

TEST(OpaqueString, OneAccentedLetterIsTheSameHoweverItIsTyped) {
    expect_all(opaque_string, {{"caf\u00E9", "caf\u00E9"},
                               {"cafe\u0301", "caf\u00E9"},
                               {"\u1112\u1161\u11AB", "\uD55C"},
                               {"\u212B", "\u00C5"}});
}

TEST(OpaqueString, TakesWhatSaslprepDoesNotKnow) {
    expect_all(opaque_string, {{"\U0001F600\U0001F511", "\U0001F600\U0001F511"},
                               {"\u00A0x\u3000", " x "},
                               {"\uFF21", "\uFF21"}});
}

// RFC 8265 §3.5, tables 1 and 2.
TEST(UsernameCaseMapped, GivesTheExamplesOfRfc8265) {
    expect_all(username_case_mapped, {{"juliet@example.com", "juliet@example.com"},
                                      {"fussball", "fussball"},
                                      {"fu\u00DFball", "fu\u00DFball"},
                                      {"\u03C0", "\u03C0"},
                                      {"\u03A3", "\u03C3"},
                                      {"\u03C3", "\u03C3"},
                                      {"\u03C2", "\u03C2"},
                                      {"foo bar", fail(Fault::disallowed)},
                                      {"", fail(Fault::empty)},
                                      {"henry\u2163", fail(Fault::disallowed)},
                                      {"\u265A", fail(Fault::disallowed)}});
}

TEST(UsernameCaseMapped, FullWidthLettersAreTheUsualOnes) {
    expect_all(username_case_mapped, {{"\uFF21\uFF4E\uFF4E", "ann"}, {"ANN", "ann"}});
    expect_all(username_case_preserved, {{"\uFF21\uFF4E\uFF4E", "Ann"}, {"ANN", "ANN"}});
}

// RFC 5893 §2; U+05D0 is written from right to left, U+0660 is an Arabic digit.
TEST(UsernameCaseMapped, MixedDirectionsAreHeldToTheBidiRule) {
    expect_all(username_case_mapped, {{"\u05D0\u05D1", "\u05D0\u05D1"},
                                      {"\u05D01", "\u05D01"},
                                      {"a\u05D0", fail(Fault::bidi)},
                                      {"\u05D0a", fail(Fault::bidi)},
                                      {"1\u05D0", fail(Fault::bidi)},
                                      {"\u06271\u0660", fail(Fault::bidi)},
                                      {"\u05D0@", fail(Fault::bidi)}});
}

// RFC 5892 appendix A: each in its place, and out of it.
TEST(UsernameCaseMapped, SomeSignsOnlyStandInTheirContext) {
    expect_all(username_case_mapped, {{"l\u00B7l", "l\u00B7l"},
                                      {"a\u00B7l", fail(Fault::disallowed)},
                                      {"\u0375\u03B1", "\u0375\u03B1"},
                                      {"\u0375a", fail(Fault::disallowed)},
                                      {"\u05D0\u05F3", "\u05D0\u05F3"},
                                      {"a\u05F3", fail(Fault::disallowed)},
                                      {"\u30A2\u30FB", "\u30A2\u30FB"},
                                      {"a\u30FB", fail(Fault::disallowed)},
                                      {"\u0915\u094D\u200D", "\u0915\u094D\u200D"},
                                      {"\u0915\u200D", fail(Fault::disallowed)},
                                      {"\u0628\u200C\u0628", "\u0628\u200C\u0628"},
                                      {"\u0628\u200C", fail(Fault::disallowed)},
                                      {"\u0627\u0660\u06F0", fail(Fault::disallowed)}});
}

// What nobody sees makes no second spelling of a name.
TEST(UsernameCaseMapped, security_24_signs_that_nobody_sees_are_refused) {
    for (const auto* hidden : {"\u200B", "\u200C", "\u200D", "\u2060", "\uFEFF", "\u00AD", "\u034F",
                               "\u202E", "\u180E", "\u3164", "\U000E0061"}) {
        for (const auto& name : {"ann"s + hidden, hidden + "ann"s, "a"s + hidden + "nn"s}) {
            const auto prepared = username_case_mapped(name);
            ASSERT_FALSE(prepared) << name;
            EXPECT_EQ(prepared.error(), Fault::disallowed);
        }
    }
}

TEST(UsernameCaseMapped, security_24_a_cyrillic_twin_stays_another_name) {
    expect_all(username_case_mapped, {{"\u0430nn", "\u0430nn"}});
    EXPECT_NE(username_case_mapped("\u0430nn"), username_case_mapped("ann"));
}

TEST(Precis, TheWorstInputIsRefusedBeforeIcuSeesIt) {
    for (const auto prepare :
         {&opaque_string, &username_case_mapped, &username_case_preserved, &saslprep}) {
        EXPECT_EQ(prepare(std::string(kLongest + 1, 'a')).error(), Fault::too_long);
        EXPECT_TRUE(prepare(std::string(kLongest, 'a')));
        for (const auto& bad :
             {"\xC0\x80"s, "\xED\xA0\x80"s, "a\xFF"s, "\xF4\x90\x80\x80"s, "\xE2\x82"s}) {
            EXPECT_EQ(prepare(bad).error(), Fault::not_utf8);
        }
        EXPECT_EQ(prepare("a\0b"s).error(), Fault::disallowed);
    }
}

// U+0390 is three code points in NFD, U+FB2C three: the room that is guessed is enough, or grows.
TEST(Precis, TextThatGrowsWhenItIsMappedArrivesWhole) {
    std::string many, mapped;
    for (int i = 0; i < 1'000; ++i) many += "\uFB2C", mapped += "\u05E9\u05BC\u05C1";
    EXPECT_EQ(opaque_string(many), mapped);
    many.clear(), mapped.clear();
    for (int i = 0; i < 500; ++i) many += "\uFDFA";
    for (int i = 0; i < 500; ++i)
        mapped +=
            "\u0635\u0644\u0649 \u0627\u0644\u0644\u0647 \u0639\u0644\u064A\u0647 "
            "\u0648\u0633\u0644\u0645";
    EXPECT_EQ(saslprep(many), mapped);
}

}  // namespace
}  // namespace signet::precis
