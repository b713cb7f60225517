#include "base/errno_text.h"

#include <gtest/gtest.h>
#include <cerrno>

namespace signet {
namespace {

TEST(ErrnoText, SaysWhatTheErrorMeansOrItsNumber) {
    EXPECT_EQ(errno_text(ENOENT), "No such file or directory");
    EXPECT_EQ(errno_text(ENOSPC), "No space left on device");
    EXPECT_EQ(errno_text(99'999), "error 99999");
}

}  // namespace
}  // namespace signet
