#include "observe/exposition.h"

#include "base/invariant.h"

#include <charconv>
#include <cmath>
#include <utility>

namespace signet::observe {
namespace {

std::string number(double value) {
    if (std::isnan(value)) return "NaN";
    if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
    std::array<char, 32> octets{};
    const auto end = std::to_chars(octets.data(), octets.data() + octets.size(), value).ptr;
    return {octets.data(), end};
}

// OpenMetrics writes a bound of 1 as "1.0"; the same in both formats, so that the series of one
// server do not change with the Accept field.
std::string bound(double value) {
    auto text = number(value);
    if (text.find_first_of(".eE") == std::string::npos) text += ".0";
    return text;
}

std::string escaped(std::string_view value, bool quotes) {
    std::string text;
    for (const char c : value) {
        if (c == '\\' || (quotes && c == '"')) text += '\\';
        if (c == '\n') {
            text += "\\n";
        } else {
            text += c;
        }
    }
    return text;
}

std::string_view type_of(Metric::Kind kind) {
    switch (kind) {
    case Metric::Kind::counter: return "counter";
    case Metric::Kind::gauge: return "gauge";
    case Metric::Kind::histogram: return "histogram";
    }
    std::unreachable();
}

std::string_view without(std::string_view name, std::string_view suffix) {
    if (name.ends_with(suffix)) name.remove_suffix(suffix.size());
    return name;
}

std::string_view unit_of(std::string_view family) {
    for (const std::string_view unit : {"seconds", "bytes", "ratio"}) {
        if (family.ends_with(unit)) return unit;
    }
    return {};
}

}  // namespace

std::string label_text(const Metric& metric, std::span<const std::string> values) {
    std::string text;
    std::size_t i = 0;
    for (; i < metric.labels.size() && !metric.labels[i].empty(); ++i) {
        INVARIANT(i < values.size(), "each label has a value");
        if (i > 0) text += ',';
        text.append(metric.labels[i]) += "=\"" + escaped(values[i], /*quotes=*/true) + '"';
    }
    INVARIANT(i == values.size(), "each value has a label");
    return text;
}

void Writer::begin(const Metric& metric) {
    const bool open = format_ == Exposition::openmetrics;
    const auto family = open ? without(metric.name, "_total") : metric.name;
    const auto about = [&](std::string_view word, std::string_view what) {
        text_.append("# ").append(word).append(" ").append(family).append(" ").append(what) += '\n';
    };
    about("HELP", escaped(metric.help, /*quotes=*/open) + ".");
    about("TYPE", type_of(metric.kind));
    if (open && !unit_of(family).empty()) about("UNIT", unit_of(family));
}

void Writer::line(std::string_view name, std::string_view suffix, std::string_view labels,
                  double value) {
    text_.append(name).append(suffix);
    if (!labels.empty()) text_.append("{").append(labels).append("}");
    text_.append(" ").append(number(value)) += '\n';
}

void Writer::value(const Metric& metric, std::string_view labels, double value) {
    line(metric.name, "", labels, value);
}

void Writer::histogram(const Metric& metric, std::string_view labels, const Histogram& histogram) {
    const auto reading = histogram.read();
    const std::string before = labels.empty() ? "" : std::string{labels} + ",";
    for (std::size_t i = 0; i < reading.cumulative.size(); ++i) {
        const auto last = i == histogram.bounds().size();
        const auto le = "le=\"" + (last ? "+Inf" : bound(histogram.bounds()[i])) + "\"";
        line(metric.name, "_bucket", before + le, static_cast<double>(reading.cumulative[i]));
    }
    line(metric.name, "_sum", labels, reading.sum);
    line(metric.name, "_count", labels, static_cast<double>(reading.cumulative.back()));
}

std::string Writer::finish() && {
    if (format_ == Exposition::openmetrics) text_ += "# EOF\n";
    return std::move(text_);
}

}  // namespace signet::observe
