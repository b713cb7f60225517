#include "audit/timestamp.h"

#include <gtest/gtest.h>

namespace signet::audit {
namespace {

WallTime at(std::int64_t microseconds) { return WallTime{std::chrono::microseconds{microseconds}}; }

TEST(Timestamp, is_rfc_3339_in_utc_with_microseconds) {
    EXPECT_EQ(timestamp(at(0)), "1970-01-01T00:00:00.000000Z");
    EXPECT_EQ(timestamp(at(1'777'626'842'118'204)), "2026-05-01T09:14:02.118204Z");
    EXPECT_EQ(timestamp(at(-1)), "1969-12-31T23:59:59.999999Z");
    EXPECT_EQ(timestamp(WallTime::min()), "0000-01-01T00:00:00.000000Z");
    EXPECT_EQ(timestamp(WallTime::max()), "9999-12-31T23:59:59.999999Z");
}

TEST(Timestamp, is_read_back_as_it_was_written) {
    for (const auto time : {at(0), at(-1), at(1'777'626'842'118'204), at(4'107'542'399'000'001)}) {
        EXPECT_EQ(parse_timestamp(timestamp(time)), time);
    }
}

TEST(Timestamp, is_read_in_the_forms_that_people_type) {
    constexpr std::int64_t kDay = 1'777'593'600'000'000;  // 2026-05-01
    constexpr std::int64_t kSecond = 1'000'000;
    struct Case {
        std::string_view text;
        std::int64_t microseconds;
    };
    const Case cases[] = {
        {"2026-05-01", kDay},
        {"2026-05-01T00:00:00Z", kDay},
        {"2026-05-01 00:00:01z", kDay + kSecond},
        {"2026-05-01t00:00:00.5Z", kDay + kSecond / 2},
        {"2026-05-01T00:00:00.0000019Z", kDay + 1},
        {"2026-05-01T02:00:00+02:00", kDay},
        {"2026-04-30T20:30:00-03:30", kDay},
        {"2026-04-30T23:59:60Z", kDay - kSecond},
    };
    for (const auto& c : cases) {
        EXPECT_EQ(parse_timestamp(c.text), at(c.microseconds)) << c.text;
    }
}

TEST(Timestamp, that_is_none_is_refused) {
    for (const auto text :
         {"", "now", "2026", "2026-5-1", "2026-13-01", "2026-02-29", "2026-00-01", "2026-01-00",
          "2026-05-01T", "2026-05-01T24:00:00Z", "2026-05-01T00:60:00Z", "2026-05-01T00:00:61Z",
          "2026-05-01T00:00:00", "2026-05-01T00:00:00.Z", "2026-05-01T00:00:00+2:00",
          "2026-05-01T00:00:00+24:00", "2026-05-01T00:00:00Zx", "+026-05-01", " 2026-05-01"}) {
        EXPECT_FALSE(parse_timestamp(text)) << text;
    }
}

}  // namespace
}  // namespace signet::audit
