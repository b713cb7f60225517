#include "base/wildcard.h"

#include <gtest/gtest.h>

#include <string>

namespace signet {
namespace {

TEST(Wildcard, a_star_stands_for_any_octets_and_the_rest_for_itself) {
    struct Case {
        std::string_view pattern, text;
        bool fits;
    };
    const Case cases[] = {
        {"ann", "ann", true},
        {"ann", "anna", false},
        {"ann", "an", false},
        {"*", "ann", true},
        {"*", "", true},
        {"", "", true},
        {"", "a", false},
        {"scan-*", "scan-2", true},
        {"scan-*", "scan-", true},
        {"scan-*", "scan", false},
        {"*@a.example", "ann@a.example", true},
        {"*@a.example", "ann@b.a.example", false},
        {"a*b*c", "aXbbYc", true},
        {"a*b*c", "aXbYcd", false},
        {"*ab", "aab", true},
        {"a**", "a", true},
        {"Ann", "ann", false},
    };
    for (const auto& c : cases) {
        EXPECT_EQ(wildcard_fits(c.pattern, c.text), c.fits) << c.pattern << " " << c.text;
    }
}

TEST(Wildcard, many_stars_do_not_take_exponential_time) {
    std::string pattern;
    for (int i = 0; i < 60; ++i) pattern += "a*";
    EXPECT_FALSE(wildcard_fits(pattern + "b", std::string(4'000, 'a')));
}

}  // namespace
}  // namespace signet
