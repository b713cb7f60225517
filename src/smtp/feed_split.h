// For tests: a stream may cut octets anywhere, and no cut may change what a machine concludes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace signet::smtp {

using Pieces = std::vector<std::string>;  // each in memory of its own, so that ASan sees overreads

// Whole; octet by octet; in two at every place (up to 600 octets); and eight times at random, the
// same at every run.
std::vector<Pieces> ways_to_cut(std::string_view octets);

// At random, from the seed alone: for a fuzzer.
Pieces cut_at_random(std::string_view octets, std::uint64_t seed);

// Checks of a test: outcome(pieces) is called for each way and must always yield what it yields
// for the whole.  Returns the way that differs, or an empty one.
template <class Outcome>
Pieces feed_split(std::string_view octets, Outcome outcome) {
    const auto ways = ways_to_cut(octets);
    const auto expected = outcome(ways.front());
    for (const auto& pieces : ways) {
        if (outcome(pieces) != expected) return pieces;
    }
    return {};
}

}  // namespace signet::smtp
