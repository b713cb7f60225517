#include "settings/units.h"

#include <gtest/gtest.h>

namespace signet::settings {
namespace {

using namespace std::chrono_literals;

TEST(Units, durations_are_a_number_and_a_unit) {
    struct Row {
        const char* text;
        std::chrono::milliseconds value;
    };
    for (const auto& row : {Row{"250ms", 250ms},
                            {"30s", 30s},
                            {"15m", 15min},
                            {"4h", 4h},
                            {"5d", 120h},
                            {"0s", 0s},
                            {"30 s", 30s}}) {
        EXPECT_EQ(parse_duration(row.text), row.value) << row.text;
    }
    for (const auto bad : {"", "30", "s", "-30s", "+30s", "1.5h", "1h30m", "30  s", " 30s", "30s ",
                           "30S", "30sec", "36601d", "99999999999999999999d", "3０s"}) {
        EXPECT_FALSE(parse_duration(bad)) << bad;
    }
}

TEST(Units, sizes_are_a_number_and_a_binary_unit) {
    struct Row {
        const char* text;
        std::uint64_t value;
    };
    for (const auto& row : {Row{"25 MiB", 25u << 20},
                            {"25MiB", 25u << 20},
                            {"256 KiB", 256u << 10},
                            {"1 GiB", 1u << 30},
                            {"2 TiB", 2ull << 40},
                            {"1000 B", 1'000},
                            {"18446744073709551615 B", UINT64_MAX}}) {
        EXPECT_EQ(parse_size(row.text), row.value) << row.text;
    }
    for (const auto bad : {"", "25", "25 MB", "25 mib", "MiB", "-1 B", "1.5 MiB",
                           "18446744073709551615 KiB", "16777216 TiB"}) {
        EXPECT_FALSE(parse_size(bad)) << bad;
    }
}

TEST(Units, are_written_in_the_shortest_exact_form) {
    EXPECT_EQ(duration_text(120s), "2m");
    EXPECT_EQ(duration_text(90s), "90s");
    EXPECT_EQ(duration_text(48h), "2d");
    EXPECT_EQ(duration_text(1ms), "1ms");
    EXPECT_EQ(duration_text(0ms), "0s");
    EXPECT_EQ(size_text(25u << 20), "25 MiB");
    EXPECT_EQ(size_text(1'000), "1000 B");
    EXPECT_EQ(size_text(0), "0 B");
}

TEST(Units, what_is_written_is_read_back) {
    for (std::uint64_t value : {1ull, 999ull, 1'024ull, 90'000ull, 86'400'000ull, 1ull << 33}) {
        EXPECT_EQ(parse_size(size_text(value)), value);
        const std::chrono::milliseconds span{value};
        EXPECT_EQ(parse_duration(duration_text(span)), span);
    }
}

TEST(Units, a_likely_meaning_is_offered_and_never_taken) {
    EXPECT_EQ(likely_duration("30 seconds"), "30s");
    EXPECT_EQ(likely_duration("5 Min"), "5m");
    EXPECT_EQ(likely_duration("30"), "");
    EXPECT_EQ(likely_duration("30 parsecs"), "");
    EXPECT_EQ(likely_size("10MB"), "10 MiB");
    EXPECT_EQ(likely_size("10 kb"), "10 KiB");
    EXPECT_EQ(likely_size("10"), "");
    EXPECT_EQ(likely_size("99999999999999999999 GB"), "");
}

}  // namespace
}  // namespace signet::settings
