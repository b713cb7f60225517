#include "queue/pause.h"

#include "base/text.h"

#include <utility>

namespace signet::queue {
namespace {

constexpr std::string_view kFirstLine = "signet-pauses 1";
constexpr std::size_t kLongestName = 255, kLongestBy = 256;  // octets

bool is_printable(std::string_view text) {
    return is_utf8(text) &&
           text.find_first_of(std::string_view{"\r\0", 2}) == std::string_view::npos;
}

// The next word, which is taken off the line with the space behind it.
std::string_view take_word(std::string_view& line) {
    const auto end = line.find(' ');
    const auto word = line.substr(0, end);
    line.remove_prefix(end == std::string_view::npos ? line.size() : end + 1);
    return word;
}

std::optional<Pause::Kind> kind_of(std::string_view word) {
    for (const auto kind : {Pause::Kind::route, Pause::Kind::destination}) {
        if (word == name(kind)) return kind;
    }
    return {};
}

std::optional<Pause> parse_line(std::string_view line) {
    const auto kind = kind_of(take_word(line));
    const auto since = parse_unsigned(take_word(line));
    const auto named = take_word(line);
    if (!kind || !since || std::cmp_greater(*since, WallTime::max().time_since_epoch().count()) ||
        named.empty() || named.size() > kLongestName || line.size() > kLongestBy) {
        return {};
    }
    const WallTime when{std::chrono::microseconds{static_cast<std::int64_t>(*since)}};
    return Pause{*kind, std::string{named}, when, std::string{line}};
}

}  // namespace

std::string_view name(Pause::Kind kind) {
    switch (kind) {
    case Pause::Kind::route: return "route";
    case Pause::Kind::destination: return "destination";
    }
    std::unreachable();
}

std::string text_of(std::span<const Pause> pauses) {
    auto text = std::string{kFirstLine} + "\n";
    for (const auto& pause : pauses) {
        text += std::string{name(pause.kind)} + " " +
                std::to_string(pause.since.time_since_epoch().count()) + " " + pause.name + " " +
                pause.by + "\n";
    }
    return text;
}

std::optional<std::vector<Pause>> parse_pauses(std::string_view text) {
    if (!text.ends_with('\n')) return {};
    const auto lines = split(text.substr(0, text.size() - 1), '\n');
    if (lines.front() != kFirstLine || lines.size() > kMostPauses + 1) return {};
    std::vector<Pause> pauses;
    for (const auto line : std::span{lines}.subspan(1)) {
        auto pause = is_printable(line) ? parse_line(line) : std::nullopt;
        if (!pause) return {};
        pauses.push_back(std::move(*pause));
    }
    return pauses;
}

}  // namespace signet::queue
