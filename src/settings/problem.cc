#include "settings/problem.h"

#include <algorithm>
#include <utility>

namespace signet::settings {
namespace {

// One for each character, so that a caret stands below its character.
std::string blanks(unsigned count) { return std::string(count, ' '); }

unsigned characters(std::string_view text) {
    const auto starts = [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; };
    return static_cast<unsigned>(std::ranges::count_if(text, starts));
}

std::string snippet(const Problem& problem, unsigned width) {
    const auto& place = problem.place;
    const auto number = std::to_string(place.line);
    const auto length = characters(place.line_text);
    if (place.column == 0 || place.column > length + 1) return {};
    const auto end = place.end_line == place.line ? place.end_column : length + 1;
    const auto carets = end > place.column ? std::min(end, length + 1) - place.column : 0;

    const auto margin = blanks(width + 1) + "|";
    std::string text = margin + "\n" + blanks(width - static_cast<unsigned>(number.size()));
    text += number + " | " + place.line_text + "\n";
    text += margin + " " + blanks(place.column - 1) + std::string(std::max(carets, 1u), '^');
    if (!problem.label.empty()) text += " " + problem.label;
    return text + "\n";
}

std::string count_of(std::size_t count, std::string_view what) {
    return std::to_string(count) + " " + std::string{what} + (count == 1 ? "" : "s");
}

}  // namespace

std::string_view name(Severity severity) {
    switch (severity) {
    case Severity::error: return "error";
    case Severity::warning: return "warning";
    }
    std::unreachable();
}

bool has_error(std::span<const Problem> problems) {
    return std::ranges::any_of(problems,
                               [](const auto& p) { return p.severity == Severity::error; });
}

Place Places::of(std::string_view path) const {
    for (;;) {
        if (const auto found = written.find(path); found != written.end()) return found->second;
        const auto up = path.find_last_of(".[");
        if (up == std::string_view::npos) break;
        path = path.substr(0, up);
    }
    return Place{.file = main_file, .line_text = {}};
}

std::string render(const Problem& problem) {
    const auto& place = problem.place;
    const auto width = std::max(2u, static_cast<unsigned>(std::to_string(place.line).size()));
    std::string text = std::string{name(problem.severity)} + "[" + problem.code +
                       "]: " + problem.message + "\n" + blanks(width) + "--> " + place.file;
    if (place.line != 0) text += ":" + std::to_string(place.line);
    if (place.column != 0) text += ":" + std::to_string(place.column);
    text += "\n";

    const auto shown = snippet(problem, width);
    text += shown;
    if (shown.empty() && !problem.label.empty()) {
        text += blanks(width + 1) + "= help: " + problem.label + "\n";
    }
    for (const auto& note : problem.notes) text += blanks(width + 1) + "= note: " + note + "\n";
    if (problem.severity == Severity::error) {
        text += blanks(width + 1) + "= more: signet explain " + problem.code + "\n";
    }
    return text;
}

std::string render(std::span<const Problem> problems) {
    std::string text;
    for (const auto& problem : problems) {
        if (!text.empty()) text += "\n";
        text += render(problem);
    }
    return text;
}

std::string summary(std::span<const Problem> problems) {
    const auto errors = static_cast<std::size_t>(std::ranges::count_if(
        problems, [](const auto& p) { return p.severity == Severity::error; }));
    const auto warnings = problems.size() - errors;
    std::string text;
    if (errors != 0) text = count_of(errors, "error");
    if (warnings != 0) text += (text.empty() ? "" : ", ") + count_of(warnings, "warning");
    return text.empty() ? "no problems" : text;
}

}  // namespace signet::settings
