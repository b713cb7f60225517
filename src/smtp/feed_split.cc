#include "smtp/feed_split.h"

#include <algorithm>

namespace signet::smtp {
namespace {

constexpr std::size_t kEveryPlaceOctets = 600;
constexpr std::uint64_t kRandomWays = 8;

// Knuth's MMIX generator; its high bits are good enough to choose a length.
std::uint64_t next(std::uint64_t& seed) {
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return seed >> 33;
}

}  // namespace

Pieces cut_at_random(std::string_view octets, std::uint64_t seed) {
    Pieces pieces;
    while (!octets.empty()) {
        const auto most = next(seed) % 4 == 0 ? octets.size() : std::size_t{16};
        const auto size = std::min(octets.size(), 1 + std::size_t{next(seed)} % most);
        pieces.emplace_back(octets.substr(0, size));
        octets.remove_prefix(size);
    }
    return pieces;
}

std::vector<Pieces> ways_to_cut(std::string_view octets) {
    std::vector<Pieces> ways{{std::string{octets}}};
    Pieces single;
    for (const char c : octets) single.emplace_back(1, c);
    ways.push_back(std::move(single));
    for (std::size_t at = 1; at < octets.size() && octets.size() <= kEveryPlaceOctets; ++at) {
        ways.push_back({std::string{octets.substr(0, at)}, std::string{octets.substr(at)}});
    }
    for (std::uint64_t seed = 1; seed <= kRandomWays; ++seed) {
        ways.push_back(cut_at_random(octets, seed));
    }
    return ways;
}

}  // namespace signet::smtp
