#include "base/cursor.h"

#include <gtest/gtest.h>

namespace signet {
namespace {

TEST(Cursor, reads_words_without_case_and_stays_put_when_they_differ) {
    Cursor in{"TO:<a@b> X=1"};
    EXPECT_FALSE(in.take("FROM:"));
    EXPECT_EQ(in.offset(), 0u);
    EXPECT_TRUE(in.take("to:"));
    EXPECT_TRUE(in.take('<'));
    EXPECT_EQ(in.take_until(">"), "a@b");
    EXPECT_FALSE(in.take('<'));
    EXPECT_TRUE(in.take('>'));
    EXPECT_TRUE(in.take(' '));
    EXPECT_EQ(in.take_while(is_alpha), "X");
    EXPECT_EQ(in.rest(), "=1");
    EXPECT_EQ(in.take_until(";"), "=1");
    EXPECT_TRUE(in.at_end());
    EXPECT_EQ(in.peek(), '\0');
    EXPECT_FALSE(in.take('\0'));  // the end is not an octet
}

}  // namespace
}  // namespace signet
