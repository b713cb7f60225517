// Numbers of the running server, for Prometheus: counters, levels and histograms that any thread
// moves without a lock, and gauges that are read when somebody looks.
//
// A Metric is one name and what it means (observe/catalogue.h lists them all).  Its series, one for
// each combination of label values, are made at start and stand at 0 from then on: increase() must
// see the first event.  Label values come from closed sets.  Never a user, an address, a domain or
// a queue id: those have no end, and live in the audit log.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <shared_mutex>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace signet::observe {

struct Metric {
    enum class Kind {
        counter,
        gauge,
        histogram
    };
    std::string_view name;  // as it is scraped: a counter's ends in _total
    Kind kind = Kind::counter;
    std::array<std::string_view, 5> labels{};  // names; the first empty one ends them
    std::string_view help;                     // one sentence without its full stop
    std::span<const double> buckets = {};      // upper bounds, ascending, without +Inf
};

// Only grows.  Safe for concurrent use, as are the next two.
class Counter {
public:
    void add(std::uint64_t by = 1) { value_.fetch_add(by, std::memory_order_relaxed); }
    std::uint64_t value() const { return value_.load(std::memory_order_relaxed); }

private:
    std::atomic<std::uint64_t> value_{0};
};

// A gauge that the code moves.
class Gauge {
public:
    void set(double value) { value_.store(value, std::memory_order_relaxed); }
    void add(double by) { value_.fetch_add(by, std::memory_order_relaxed); }
    double value() const { return value_.load(std::memory_order_relaxed); }

private:
    std::atomic<double> value_{0};
};

class Histogram {
public:
    explicit Histogram(std::span<const double> bounds);
    void observe(double value);

    struct Reading {
        std::vector<std::uint64_t> cumulative;  // one for each bound, then the count of all
        double sum = 0;
    };
    Reading read() const;
    std::span<const double> bounds() const { return bounds_; }

private:
    const std::span<const double> bounds_;
    std::unique_ptr<std::atomic<std::uint64_t>[]> counts_;  // one more than bounds
    std::atomic<double> sum_{0};
};

struct Sample {
    std::vector<std::string> labels;  // values, in the order of Metric::labels
    double value = 0;
};

enum class Exposition {
    text,         // Prometheus text format 0.0.4
    openmetrics,  // OpenMetrics 1.0
};
std::string_view content_type(Exposition format);
// What an Accept field asks for; text unless it names OpenMetrics.
Exposition wanted_exposition(std::string_view accept);

using Labels = std::initializer_list<std::string_view>;

// Safe for concurrent use.  To look a series up takes a lock that is shared; to move one takes
// none.
class Registry {
public:
    Registry();
    ~Registry();

    // The series with these label values; made if it is not there.  It lives as long as the
    // registry.  REQUIRES: the metric is of that kind and outlives the registry, and there is a
    // value for each of its labels.
    Counter& counter(const Metric& metric, Labels labels);
    Gauge& gauge(const Metric& metric, Labels labels);
    Histogram& histogram(const Metric& metric, Labels labels);

    // A counter or gauge whose series are asked for at each scrape, on the scraping thread.
    using Read = std::function<std::vector<Sample>()>;
    void on_scrape(const Metric& metric, Read read);

    std::string text(Exposition format) const;

private:
    struct Family;
    struct Series;
    Series& series(const Metric& metric, Metric::Kind kind, Labels labels);
    Family* find(const Metric& metric) const;
    Family& family(const Metric& metric);
    mutable std::shared_mutex mutex_;
    std::vector<std::unique_ptr<Family>> families_;  // in the order they were made
};

}  // namespace signet::observe
