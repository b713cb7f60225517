// "Did you mean …?"
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace signet::settings {

// How many single changes lie between two words: a letter put in, left out, replaced, or two
// neighbours swapped (Damerau and Levenshtein, each part changed once).  Without case.
std::size_t distance(std::string_view a, std::string_view b);

// The nearest of `known` within two changes, fewer than half of the word; empty if there is none.
std::string nearest(std::string_view word, std::span<const std::string_view> known);

}  // namespace signet::settings
