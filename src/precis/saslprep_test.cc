#include "precis/precis.h"

#include <gtest/gtest.h>

namespace signet::precis {
namespace {

TEST(Saslprep, GivesTheExamplesOfRfc4013) {
    struct Case {
        std::string_view input;
        Prepared wanted;
    };
    const Case cases[] = {
        // §3
        {"I\u00ADX", "IX"},
        {"user", "user"},
        {"USER", "USER"},
        {"\u00AA", "a"},
        {"\u2168", "IX"},
        {"\x07", fail(Fault::disallowed)},
        {"\u0627\x31", fail(Fault::bidi)},
        // §2.1 to §2.5
        {"a\u00A0b", "a b"},
        {"ann\u200B", "ann "},  // in both tables of §2.1: a space first
        {"\u00AD", fail(Fault::empty)},
        {"\u0627a\u0627", fail(Fault::bidi)},
        {"\u06271\u0628", "\u06271\u0628"},
        {"\u0221", fail(Fault::disallowed)},      // not in Unicode 3.2
        {"\U0001F600", fail(Fault::disallowed)},  // neither
        {"\u202Ex", fail(Fault::disallowed)},
        {"cafe\u0301", "caf\u00E9"},
    };
    for (const auto& c : cases) {
        const auto got = saslprep(c.input);
        ASSERT_EQ(got.has_value(), c.wanted.has_value()) << c.input;
        if (got) {
            EXPECT_EQ(*got, *c.wanted);
            EXPECT_EQ(saslprep(*got), *got) << "prepared twice";
        } else {
            EXPECT_EQ(got.error(), c.wanted.error()) << c.input;
        }
    }
}

}  // namespace
}  // namespace signet::precis
