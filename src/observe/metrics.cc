#include "observe/metrics.h"

#include "base/invariant.h"
#include "base/text.h"
#include "observe/exposition.h"

#include <algorithm>
#include <map>
#include <mutex>
#include <utility>

namespace signet::observe {

Histogram::Histogram(std::span<const double> bounds)
    : bounds_(bounds), counts_(std::make_unique<std::atomic<std::uint64_t>[]>(bounds.size() + 1)) {}

void Histogram::observe(double value) {
    const auto bucket = std::ranges::lower_bound(bounds_, value) - bounds_.begin();
    counts_[static_cast<std::size_t>(bucket)].fetch_add(1, std::memory_order_relaxed);
    sum_.fetch_add(value, std::memory_order_relaxed);
}

Histogram::Reading Histogram::read() const {
    Reading reading;
    std::uint64_t so_far = 0;
    for (std::size_t i = 0; i <= bounds_.size(); ++i) {
        so_far += counts_[i].load(std::memory_order_relaxed);
        reading.cumulative.push_back(so_far);
    }
    reading.sum = sum_.load(std::memory_order_relaxed);
    return reading;
}

std::string_view content_type(Exposition format) {
    switch (format) {
    case Exposition::text: return "text/plain; version=0.0.4; charset=utf-8";
    case Exposition::openmetrics:
        return "application/openmetrics-text; version=1.0.0; charset=utf-8";
    }
    std::unreachable();
}

Exposition wanted_exposition(std::string_view accept) {
    for (const auto range : split(accept, ',')) {
        const auto type = trim(range.substr(0, range.find(';')));
        if (equal_nocase(type, "application/openmetrics-text")) return Exposition::openmetrics;
    }
    return Exposition::text;
}

// One of them is there.
struct Registry::Series {
    explicit Series(const Metric& metric) {
        switch (metric.kind) {
        case Metric::Kind::counter: counter = std::make_unique<Counter>(); break;
        case Metric::Kind::gauge: gauge = std::make_unique<Gauge>(); break;
        case Metric::Kind::histogram: histogram = std::make_unique<Histogram>(metric.buckets);
        }
    }
    std::unique_ptr<Counter> counter;
    std::unique_ptr<Gauge> gauge;
    std::unique_ptr<Histogram> histogram;
};

struct Registry::Family {
    const Metric* metric;
    std::map<std::string, Series, std::less<>> series{};  // by their labels as written
    std::vector<Read> reads{};
};

Registry::Registry() = default;
Registry::~Registry() = default;

Registry::Family* Registry::find(const Metric& metric) const {
    for (const auto& known : families_) {
        if (known->metric->name == metric.name) return known.get();
    }
    return nullptr;
}

Registry::Family& Registry::family(const Metric& metric) {
    if (auto* known = find(metric)) return *known;
    return *families_.emplace_back(std::make_unique<Family>(&metric));
}

Registry::Series& Registry::series(const Metric& metric, Metric::Kind kind, Labels labels) {
    INVARIANT(metric.kind == kind, "a metric is used as what it is");
    const auto written = label_text(metric, std::vector<std::string>(labels.begin(), labels.end()));
    {
        const std::shared_lock lock{mutex_};
        if (auto* known = find(metric)) {
            if (const auto at = known->series.find(written); at != known->series.end()) {
                return at->second;
            }
        }
    }
    const std::lock_guard lock{mutex_};
    return family(metric).series.try_emplace(written, metric).first->second;
}

Counter& Registry::counter(const Metric& metric, Labels labels) {
    return *series(metric, Metric::Kind::counter, labels).counter;
}

Gauge& Registry::gauge(const Metric& metric, Labels labels) {
    return *series(metric, Metric::Kind::gauge, labels).gauge;
}

Histogram& Registry::histogram(const Metric& metric, Labels labels) {
    return *series(metric, Metric::Kind::histogram, labels).histogram;
}

void Registry::on_scrape(const Metric& metric, Read read) {
    INVARIANT(metric.kind != Metric::Kind::histogram, "a histogram is moved, not read");
    const std::lock_guard lock{mutex_};
    family(metric).reads.push_back(std::move(read));
}

std::string Registry::text(Exposition format) const {
    const std::shared_lock lock{mutex_};
    Writer writer{format};
    for (const auto& family : families_) {
        const auto& metric = *family->metric;
        writer.begin(metric);
        for (const auto& [labels, series] : family->series) {
            if (series.counter) {
                writer.value(metric, labels, static_cast<double>(series.counter->value()));
            } else if (series.gauge) {
                writer.value(metric, labels, series.gauge->value());
            } else {
                writer.histogram(metric, labels, *series.histogram);
            }
        }
        for (const auto& read : family->reads) {
            for (const auto& sample : read()) {
                writer.value(metric, label_text(metric, sample.labels), sample.value);
            }
        }
    }
    return std::move(writer).finish();
}

}  // namespace signet::observe
