#include "mail/date.h"

#include <gtest/gtest.h>

namespace signet::mail {
namespace {

TEST(DateTime, is_written_as_rfc_5322_section_3_3_says) {
    struct Case {
        std::int64_t seconds;
        const char* text;
    };
    const Case cases[] = {
        {0, "Thu, 01 Jan 1970 00:00:00 +0000"},
        {880'127'706, "Fri, 21 Nov 1997 15:55:06 +0000"},  // RFC 5322 appendix A.1.1, in UTC
        {951'782'400, "Tue, 29 Feb 2000 00:00:00 +0000"},
        {1'795'500'000, "Tue, 24 Nov 2026 06:00:00 +0000"},
        {2'147'483'648, "Tue, 19 Jan 2038 03:14:08 +0000"},
        {4'107'542'399, "Sun, 28 Feb 2100 23:59:59 +0000"},
        {-1, "Wed, 31 Dec 1969 23:59:59 +0000"},
    };
    for (const auto& c : cases) {
        EXPECT_EQ(date_time(WallTime{std::chrono::seconds{c.seconds}}), c.text);
    }
}

TEST(DateTime, drops_what_is_less_than_a_second) {
    EXPECT_EQ(date_time(WallTime{std::chrono::microseconds{999'999}}),
              "Thu, 01 Jan 1970 00:00:00 +0000");
    EXPECT_EQ(date_time(WallTime{std::chrono::microseconds{-1}}),
              "Wed, 31 Dec 1969 23:59:59 +0000");
}

}  // namespace
}  // namespace signet::mail
