#include "settings/document.h"

namespace signet::settings {
namespace {

constexpr std::string_view kMask = "\"***\"";

// Where the `character`th character (from 0) of the text begins.
std::size_t octet_of(std::string_view text, unsigned character) {
    std::size_t at = 0;
    while (at < text.size() && character > 0) {
        do ++at;
        while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80);
        --character;
    }
    return at;
}

// Where a column lies once the hidden part has become the mask.
unsigned moved(unsigned column, const Hidden& hidden) {
    if (column <= hidden.column) return column;
    const auto end = hidden.column + static_cast<unsigned>(kMask.size());
    return column < hidden.end_column ? end : column - hidden.end_column + end;
}

}  // namespace

void hide(std::span<const Hidden> hidden, Place& place) {
    // From the right to the left, so that columns to the left stay what they are.
    for (auto part = hidden.rbegin(); part != hidden.rend(); ++part) {
        if (place.file != part->file || place.line != part->line) continue;
        const auto from = octet_of(place.line_text, part->column - 1);
        const auto to = octet_of(place.line_text, part->end_column - 1);
        place.line_text.replace(from, to - from, kMask);
        place.column = moved(place.column, *part);
        if (place.end_line == place.line) place.end_column = moved(place.end_column, *part);
    }
}

}  // namespace signet::settings
