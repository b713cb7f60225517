#include "base/roff.h"

#include "base/text.h"

#include <cstdint>
#include <cstdio>

namespace signet {
namespace {

struct Point {
    std::uint32_t value = 0;
    std::size_t size = 1;
};

Point first_point(std::string_view text) {
    const auto lead = static_cast<std::uint8_t>(text.front());
    const std::size_t size = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    std::uint32_t value = size == 1 ? lead : lead & (0xFFu >> (size + 1));
    for (std::size_t i = 1; i < size && i < text.size(); ++i) {
        value = value << 6 | (static_cast<std::uint8_t>(text[i]) & 0x3Fu);
    }
    return {value, size};
}

std::string named(std::uint32_t point) {
    char text[16];
    std::snprintf(text, sizeof text, "\\[u%04X]", point);
    return text;
}

// groff_char(7): these signs, bare, are typeset as others in some devices.
std::string escaped(std::string_view text) {
    std::string out;
    while (!text.empty()) {
        const auto [point, size] = first_point(text);
        switch (point) {
        case '\\': out += "\\e"; break;
        case '-': out += "\\-"; break;
        case '\'': out += "\\(aq"; break;
        case '`': out += "\\(ga"; break;
        case '^': out += "\\(ha"; break;
        case '~': out += "\\(ti"; break;
        case '"': out += "\\(dq"; break;
        default: out += point < 0x80 ? std::string(1, text.front()) : named(point);
        }
        text.remove_prefix(std::min(size, text.size()));
    }
    return out;
}

// A line that begins with a dot would be a command.
std::string guarded(const std::string& line) { return line.starts_with('.') ? "\\&" + line : line; }

}  // namespace

std::string roff(std::string_view text) {
    std::string out;
    const auto parts = split(text, '`');
    const bool paired = parts.size() % 2 == 1;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        const bool code = paired && i % 2 == 1;
        if (!paired && i > 0) out += "\\(ga";
        out += code ? "\\fB" + escaped(parts[i]) + "\\fR" : escaped(parts[i]);
    }
    return guarded(out);
}

std::string roff_title(std::string_view page, int section, std::string_view source) {
    // Without a date: the page is as old as the program it comes from, and says which one that is.
    return ".TH \"" + escaped(upper(page)) + "\" \"" + std::to_string(section) + "\" \"\" \"" +
           escaped(source) + "\" \"Signet\"\n";
}

std::string roff_section(std::string_view title) { return ".SH " + escaped(title) + "\n"; }
std::string roff_subsection(std::string_view title) { return ".SS " + escaped(title) + "\n"; }
std::string roff_paragraph(std::string_view text) { return ".PP\n" + roff(text) + "\n"; }

std::string roff_item(std::string_view tag, std::string_view text) {
    return ".TP\n\\fB" + escaped(tag) + "\\fR\n" + roff(text) + "\n";
}

std::string roff_example(std::string_view lines) {
    std::string out = ".PP\n.RS 4\n.EX\n";
    while (!lines.empty()) {
        const auto line = lines.substr(0, lines.find('\n'));
        out += guarded(escaped(line)) + "\n";
        lines.remove_prefix(std::min(lines.size(), line.size() + 1));
    }
    return out + ".EE\n.RE\n";
}

}  // namespace signet
