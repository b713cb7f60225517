#include "base/roff.h"

#include <gtest/gtest.h>

namespace signet {
namespace {

TEST(Roff, no_text_is_taken_for_a_command) {
    EXPECT_EQ(roff(".SH x"), "\\&.SH x");
    EXPECT_EQ(roff("'so x"), "\\(aqso x");
    EXPECT_EQ(roff("a\\fBb"), "a\\efBb");
    EXPECT_EQ(roff_example(".a\n\n'b\n"), ".PP\n.RS 4\n.EX\n\\&.a\n\n\\(aqb\n.EE\n.RE\n");
}

TEST(Roff, code_is_bold_and_a_lone_mark_is_itself) {
    EXPECT_EQ(roff("see `a-b` or `c`."), "see \\fBa\\-b\\fR or \\fBc\\fR.");
    EXPECT_EQ(roff("a ` b"), "a \\(ga b");
}

TEST(Roff, what_is_not_ascii_is_named_by_its_number) {
    EXPECT_EQ(roff("a\u2026 \u00e4 \U0001F600"), "a\\[u2026] \\[u00E4] \\[u1F600]");
}

TEST(Roff, items_and_titles) {
    EXPECT_EQ(roff_item("--x", "Does."), ".TP\n\\fB\\-\\-x\\fR\nDoes.\n");
    EXPECT_EQ(roff_title("signet.toml", 5, "Signet 0.1.0"),
              ".TH \"SIGNET.TOML\" \"5\" \"\" \"Signet 0.1.0\" \"Signet\"\n");
}

}  // namespace
}  // namespace signet
