#include "observe/catalogue.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <set>

namespace signet::observe {
namespace {

std::string page_path() {
    const char* source = std::getenv("SIGNET_SOURCE_DIR");
    return std::string{source ? source : "."} + "/docs/reference/metrics.md";
}

TEST(Catalogue, the_reference_is_the_catalogue) {
    if (std::getenv("SIGNET_REWRITE_DOCS")) std::ofstream{page_path()} << metrics_page();
    std::ifstream file{page_path()};
    const std::string page{std::istreambuf_iterator<char>{file}, {}};
    EXPECT_EQ(page, metrics_page()) << "SIGNET_REWRITE_DOCS=1 observe_test writes it anew";
}

// https://prometheus.io/docs/practices/naming: what promtool asks, and our own rules.
TEST(Catalogue, names_labels_and_bounds_keep_the_rules) {
    std::set<std::string_view> names;
    for (const auto* metric : catalogue()) {
        const auto name = metric->name;
        SCOPED_TRACE(name);
        EXPECT_TRUE(names.insert(name).second) << "twice";
        EXPECT_TRUE(name.starts_with("signet_") || name.starts_with("process_"));
        EXPECT_EQ(name.ends_with("_total"), metric->kind == Metric::Kind::counter);
        EXPECT_EQ(name.find_first_not_of("abcdefghijklmnopqrstuvwxyz_"), std::string_view::npos);
        EXPECT_FALSE(metric->help.empty() || metric->help.ends_with('.'));
        EXPECT_EQ(metric->buckets.empty(), metric->kind != Metric::Kind::histogram);
        EXPECT_TRUE(std::ranges::is_sorted(metric->buckets, std::ranges::less_equal{}));
        for (const auto label : metric->labels) {
            for (const auto never :
                 {"user", "account", "address", "ip", "domain", "queue_id", "le"}) {
                EXPECT_NE(label, never);
            }
        }
    }
}

}  // namespace
}  // namespace signet::observe
