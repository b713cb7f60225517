#include "observe/metrics.h"

#include <gmock/gmock.h>

#include <cmath>
#include <thread>

namespace signet::observe {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;

constexpr std::array kBounds{.5, 1., 2.5};
constexpr Metric kSeen{"t_seen_total", Metric::Kind::counter, {"who", "what"}, "Things seen"};
constexpr Metric kOpen{"t_open", Metric::Kind::gauge, {}, "Things \"open\" now"};
constexpr Metric kTook{"t_took_seconds", Metric::Kind::histogram, {"who"}, "Time", kBounds};
constexpr Metric kFree{"t_free_bytes", Metric::Kind::gauge, {"path"}, "Space"};

TEST(Registry, a_series_is_there_at_zero_before_anything_happened) {
    Registry registry;
    registry.counter(kSeen, {"a", "b"});
    registry.histogram(kTook, {"a"});
    EXPECT_EQ(registry.text(Exposition::text),
              "# HELP t_seen_total Things seen.\n# TYPE t_seen_total counter\n"
              "t_seen_total{who=\"a\",what=\"b\"} 0\n"
              "# HELP t_took_seconds Time.\n# TYPE t_took_seconds histogram\n"
              "t_took_seconds_bucket{who=\"a\",le=\"0.5\"} 0\n"
              "t_took_seconds_bucket{who=\"a\",le=\"1.0\"} 0\n"
              "t_took_seconds_bucket{who=\"a\",le=\"2.5\"} 0\n"
              "t_took_seconds_bucket{who=\"a\",le=\"+Inf\"} 0\n"
              "t_took_seconds_sum{who=\"a\"} 0\nt_took_seconds_count{who=\"a\"} 0\n");
}

TEST(Registry, asked_twice_for_a_series_it_gives_the_same) {
    Registry registry;
    auto& first = registry.counter(kSeen, {"a", "b"});
    first.add();
    registry.counter(kSeen, {"a", "b"}).add(2);
    EXPECT_EQ(first.value(), 3u);
    EXPECT_EQ(registry.counter(kSeen, {"a", "c"}).value(), 0u);
}

TEST(Registry, openmetrics_differs_in_family_names_units_and_its_end) {
    Registry registry;
    registry.counter(kSeen, {"a", "b"}).add(7);
    registry.gauge(kOpen, {}).set(2);
    registry.on_scrape(kFree, [] { return std::vector<Sample>{{{"x"}, 4096}}; });
    EXPECT_EQ(registry.text(Exposition::openmetrics),
              "# HELP t_seen Things seen.\n# TYPE t_seen counter\n"
              "t_seen_total{who=\"a\",what=\"b\"} 7\n"
              "# HELP t_open Things \\\"open\\\" now.\n# TYPE t_open gauge\nt_open 2\n"
              "# HELP t_free_bytes Space.\n# TYPE t_free_bytes gauge\n# UNIT t_free_bytes bytes\n"
              "t_free_bytes{path=\"x\"} 4096\n# EOF\n");
    EXPECT_THAT(registry.text(Exposition::text), HasSubstr("# HELP t_open Things \"open\" now.\n"));
}

TEST(Registry, security_23_a_label_value_cannot_begin_a_line_or_end_its_quotes) {
    Registry registry;
    registry.counter(kSeen, {"a\"} 1\nt_seen_total{who=\"b", "c\\"}).add();
    EXPECT_THAT(registry.text(Exposition::text),
                EndsWith("t_seen_total{who=\"a\\\"} 1\\nt_seen_total{who=\\\"b\",what=\"c\\\\\"} "
                         "1\n"));
}

TEST(Registry, what_is_read_at_a_scrape_is_asked_each_time) {
    Registry registry;
    int asked = 0;
    registry.on_scrape(kOpen, [&] {
        ++asked;
        return std::vector<Sample>{{{}, asked + .5}};
    });
    EXPECT_THAT(registry.text(Exposition::text), HasSubstr("\nt_open 1.5\n"));
    EXPECT_THAT(registry.text(Exposition::text), HasSubstr("\nt_open 2.5\n"));
}

TEST(Histogram, a_value_on_a_bound_belongs_to_it_and_buckets_add_up) {
    Histogram histogram{kBounds};
    for (const double value : {.1, .5, .6, 1., 2., 99.}) histogram.observe(value);
    EXPECT_EQ(histogram.read().cumulative, (std::vector<std::uint64_t>{2, 4, 5, 6}));
    EXPECT_NEAR(histogram.read().sum, 103.2, 1e-9);
}

TEST(Registry, threads_that_count_and_one_that_looks_lose_nothing) {
    Registry registry;
    constexpr int kEach = 20'000;
    const auto work = [&] {
        auto& counter = registry.counter(kSeen, {"a", "b"});
        auto& histogram = registry.histogram(kTook, {"a"});
        auto& gauge = registry.gauge(kOpen, {});
        for (int i = 0; i < kEach; ++i) {
            counter.add();
            histogram.observe(.75);
            gauge.add(i % 2 == 0 ? 1 : -1);
        }
    };
    {
        std::jthread one{work}, two{work};
        for (int i = 0; i < 20; ++i) (void)registry.text(Exposition::text);
    }
    EXPECT_EQ(registry.counter(kSeen, {"a", "b"}).value(), 2u * kEach);
    EXPECT_EQ(registry.histogram(kTook, {"a"}).read().cumulative.back(), 2u * kEach);
    EXPECT_EQ(registry.gauge(kOpen, {}).value(), 0);
}

TEST(WantedExposition, is_text_unless_the_client_names_openmetrics) {
    for (const std::string_view text : {"", "*/*", "text/plain;version=0.0.4", "text/html"}) {
        EXPECT_EQ(wanted_exposition(text), Exposition::text) << text;
    }
    for (const std::string_view open :
         {"application/openmetrics-text", "Application/OpenMetrics-Text;version=1.0.0;q=0.5",
          "text/plain;q=0.3, application/openmetrics-text;version=1.0.0"}) {
        EXPECT_EQ(wanted_exposition(open), Exposition::openmetrics) << open;
    }
}

}  // namespace
}  // namespace signet::observe
