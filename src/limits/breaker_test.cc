#include "limits/breaker.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace signet::limits {
namespace {

using namespace std::chrono_literals;

// What happens, one letter each, and what is seen of it:
//   ?  a question: "y" it may be asked, "n" it may not
//   a  an answer, f  a fault, t  it told nothing: "!" the state went from closed or back, "." not
//   s  a second goes by (nothing is seen)
struct Case {
    std::string_view what;
    std::string_view happens, seen;
    Breaker::State state;
};
using enum Breaker::State;

constexpr Case kCases[] = {
    {"a new one lets everybody through", "???", "yyy", closed},
    {"two faults are borne", "?f?f?", "y.y.y", closed},
    {"the third opens it", "?f?f?f?", "y.y.y!n", open},
    {"an answer in between counts anew", "?f?f?a?f?f?", "y.y.y.y.y.y", closed},
    {"it rests", "?f?f?fssss?", "y.y.y!n", open},
    {"then one question goes through", "?f?f?fsssss??", "y.y.y!yn", half_open},
    {"an answer closes it", "?f?f?fsssss?a??", "y.y.y!y!yy", closed},
    {"a fault opens it for another rest", "?f?f?fsssss?fssss?", "y.y.y!y.n", open},
    {"and after that one goes through again", "?f?f?fsssss?fsssss?", "y.y.y!y.y", half_open},
    {"a question that told nothing leaves the next its turn", "?f?f?fsssss?t?", "y.y.y!yy",
     half_open},
    {"late faults add nothing", "???????fffff?", "yyyyyyy..!..n", open},
    {"late faults do not make the rest longer", "????fffssssfs?", "yyyy..!.y", half_open},
    {"a late answer closes it", "????fffa?", "yyyy..!!y", closed},
    {"a late fault while one asks opens it again", "????fffsssssf?", "yyyy..!.y", half_open},
    {"what told nothing while it is closed changes nothing", "?t?", "yy", closed},
};

TEST(Breaker, goes_through_its_states) {
    for (const auto& one : kCases) {
        SCOPED_TRACE(one.what);
        Breaker breaker{{.faults = 3, .rest = 5s}};
        ManualClock clock;
        std::string seen;
        for (const char what : one.happens) {
            switch (what) {
            case '?': seen += breaker.lets_through(clock.steady()) ? 'y' : 'n'; break;
            case 'a': seen += breaker.answered() ? '!' : '.'; break;
            case 'f': seen += breaker.failed(clock.steady()) ? '!' : '.'; break;
            case 't': breaker.told_nothing(); break;
            default: clock.advance(1s);
            }
        }
        EXPECT_EQ(seen, one.seen);
        EXPECT_EQ(name(breaker.state()), name(one.state));
    }
}

}  // namespace
}  // namespace signet::limits
