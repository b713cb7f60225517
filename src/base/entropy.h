// Randomness as an interface, so that a machine can be replayed from a seed.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <span>

namespace signet {

// Safe for concurrent use.  The real one is cryptographically strong and cannot fail.
class Entropy {
public:
    virtual ~Entropy() = default;
    virtual void fill(std::span<std::uint8_t> octets) = 0;
};

inline std::uint64_t draw(Entropy& entropy) {
    std::array<std::uint8_t, 8> octets{};
    entropy.fill(octets);
    std::uint64_t drawn = 0;
    for (const auto octet : octets) drawn = drawn << 8 | octet;
    return drawn;
}

// For tests and simulations: a reproducible sequence, worthless as a secret (SplitMix64).
class SeededEntropy final : public Entropy {
public:
    explicit SeededEntropy(std::uint64_t seed) : state_(seed) {}
    void fill(std::span<std::uint8_t> octets) override {
        for (auto& octet : octets) octet = static_cast<std::uint8_t>(next() >> 56);
    }
    std::uint64_t next() {
        auto z = state_.fetch_add(kStep) + kStep;
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
        return z ^ (z >> 31);
    }

private:
    static constexpr std::uint64_t kStep = 0x9e3779b97f4a7c15u;
    std::atomic<std::uint64_t> state_;
};

}  // namespace signet
