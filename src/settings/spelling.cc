#include "settings/spelling.h"

#include "base/text.h"

#include <algorithm>
#include <vector>

namespace signet::settings {

std::size_t distance(std::string_view a, std::string_view b) {
    // Three rows of the table: the last but one is needed for a swap.
    std::vector<std::size_t> before(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j) last[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const bool same = lower(a[i - 1]) == lower(b[j - 1]);
            row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (same ? 0u : 1u)});
            if (i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) &&
                lower(a[i - 2]) == lower(b[j - 1])) {
                row[j] = std::min(row[j], before[j - 2] + 1);
            }
        }
        before.swap(last);
        last.swap(row);
    }
    return last[b.size()];
}

std::string nearest(std::string_view word, std::span<const std::string_view> known) {
    constexpr std::size_t kLongest =
        64;  // nothing known is longer, and the table grows as a square
    if (word.size() > kLongest) return {};
    std::string_view best;
    std::size_t fewest = 3;
    for (const auto candidate : known) {
        const auto changes = distance(word, candidate);
        if (changes < fewest && changes * 2 < std::max(word.size(), candidate.size())) {
            best = candidate;
            fewest = changes;
        }
    }
    return std::string{best};
}

}  // namespace signet::settings
