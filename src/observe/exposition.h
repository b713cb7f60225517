// Metrics as text: Prometheus 0.0.4 and OpenMetrics 1.0, which differ in a counter's family name,
// in units and in how the text ends.
#pragma once

#include "observe/metrics.h"

namespace signet::observe {

// `name="value",name="value"`, escaped.  REQUIRES: one value for each label of the metric.
std::string label_text(const Metric& metric, std::span<const std::string> values);

class Writer {
public:
    explicit Writer(Exposition format) : format_(format) {}

    void begin(const Metric& metric);
    // labels: label_text
    void value(const Metric& metric, std::string_view labels, double value);
    void histogram(const Metric& metric, std::string_view labels, const Histogram& histogram);
    std::string finish() &&;

private:
    void line(std::string_view name, std::string_view suffix, std::string_view labels,
              double value);
    Exposition format_;
    std::string text_;
};

}  // namespace signet::observe
