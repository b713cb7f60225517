#include "identity/breached_list.h"

#include "base/invariant.h"
#include "base/text.h"
#include "crypto/digest.h"

#include <algorithm>
#include <utility>

namespace signet::identity {
namespace {

constexpr std::string_view kMagic = "SGNTPWD1";
constexpr std::uint64_t kVersion = 1;
constexpr std::size_t kCheck = 8;         // octets of a SHA-256 that are kept
constexpr std::size_t kBlockHeader = 32;  // octets
constexpr std::uint64_t kRoom = (kBreachedBlock - kBlockHeader) * 8;  // bits of a block
constexpr std::size_t kSha1Digits = 40;

void put(std::string& into, std::uint64_t number, std::size_t octets) {
    for (std::size_t i = 0; i < octets; ++i) into += static_cast<char>(number >> (8 * i) & 0xFF);
}

std::uint64_t get(std::string_view octets, std::size_t at, std::size_t count) {
    std::uint64_t number = 0;
    for (std::size_t i = count; i-- > 0;) {
        number = number << 8 | static_cast<unsigned char>(octets[at + i]);
    }
    return number;
}

std::string check_of(std::string_view octets) { return crypto::sha256(octets).substr(0, kCheck); }

// Its number is a part of it: a block that stands where another one belongs is damage.
std::string check_of_block(std::uint64_t number, std::string_view behind_check) {
    std::string all;
    all.reserve(8 + behind_check.size());
    put(all, number, 8);
    all += behind_check;
    return check_of(all);
}

class BitWriter {
public:
    explicit BitWriter(std::string& into) : into_(into) {}
    void bit(bool one) {
        if (used_ % 8 == 0) into_ += '\0';
        if (one) into_.back() = static_cast<char>(into_.back() | 0x80 >> used_ % 8);
        ++used_;
    }

private:
    std::string& into_;
    std::size_t used_ = 0;
};

class BitReader {
public:
    explicit BitReader(std::string_view from) : from_(from) {}
    // nullopt: there is none left.
    std::optional<bool> bit() {
        if (used_ == from_.size() * 8) return {};
        const auto octet = static_cast<unsigned char>(from_[used_ / 8]);
        return (octet & 0x80 >> used_++ % 8) != 0;
    }

private:
    std::string_view from_;
    std::size_t used_ = 0;
};

void write_code(BitWriter& bits, std::uint64_t number, unsigned parameter) {
    for (auto ones = number >> parameter; ones > 0; --ones) bits.bit(true);
    bits.bit(false);
    for (unsigned i = parameter; i-- > 0;) bits.bit((number >> i & 1) != 0);
}

std::optional<std::uint64_t> read_code(BitReader& bits, unsigned parameter) {
    std::uint64_t number = 0;
    for (;;) {  // at most kRoom times
        const auto one = bits.bit();
        if (!one) return {};
        if (!*one) break;
        ++number;
    }
    for (unsigned i = 0; i < parameter; ++i) {
        const auto one = bits.bit();
        if (!one) return {};
        number = number << 1 | std::uint64_t{*one};
    }
    return number;  // kRoom << parameter at most: no overflow
}

struct Block {
    Mark first = 0, last = 0;
    std::uint64_t count = 0;
    unsigned parameter = 0;
    std::string_view codes;
};

std::optional<Block> read_block(std::uint64_t number, std::string_view octets) {
    if (octets.size() != kBreachedBlock) return {};
    if (octets.substr(0, kCheck) != check_of_block(number, octets.substr(kCheck))) return {};
    const Block block{.first = get(octets, 8, 8),
                      .last = get(octets, 16, 8),
                      .count = get(octets, 24, 2),
                      .parameter = static_cast<unsigned>(get(octets, 26, 1)),
                      .codes = octets.substr(kBlockHeader)};
    const bool sane = block.first <= block.last && block.last >> kMarkBits == 0 &&
                      block.count > 0 && block.parameter < kMarkBits;
    if (!sane) return {};
    return block;
}

// nullopt: its codes lead elsewhere than to its last mark.
std::optional<bool> holds(const Block& block, Mark mark) {
    BitReader bits{block.codes};
    bool found = block.first == mark;
    Mark at = block.first;
    for (std::uint64_t i = 1; i < block.count; ++i) {
        const auto difference = read_code(bits, block.parameter);
        if (!difference || *difference >= block.last - at) return {};
        at += *difference + 1;
        found = found || at == mark;
    }
    if (at != block.last) return {};
    return found;
}

}  // namespace

Mark mark_of(std::string_view sha1) {
    INVARIANT(sha1.size() == kSha1Digits / 2, "a SHA-1 has 20 octets");
    Mark mark = 0;
    for (std::size_t i = 0; i < kMarkBits / 8; ++i) {
        mark = mark << 8 | static_cast<unsigned char>(sha1[i]);
    }
    return mark;
}

std::optional<BreachedLine> parse_breached_line(std::string_view line) {
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.size() < kSha1Digits) return {};
    auto octets = unhex(line.substr(0, kSha1Digits));
    if (!octets) return {};
    BreachedLine read{.sha1 = std::move(*octets)};
    if (line.size() == kSha1Digits) return read;
    if (line[kSha1Digits] != ':') return {};
    const auto count = parse_unsigned(line.substr(kSha1Digits + 1));
    if (!count) return {};
    read.count = *count;
    return read;
}

std::string text_of(const BreachedHeader& header) {
    std::string text{kMagic};
    put(text, kVersion, 4);
    put(text, kMarkBits, 4);
    put(text, header.blocks, 8);
    put(text, header.passwords, 8);
    text.resize(kBreachedHeader - kCheck, '\0');
    return text + check_of(text);
}

std::string_view explanation(BreachedFault fault) {
    switch (fault) {
    case BreachedFault::not_a_list: return "is no list that `signet passwords` made";
    case BreachedFault::newer: return "was made by a newer Signet";
    case BreachedFault::truncated: return "is not as long as it says";
    case BreachedFault::damaged: return "is damaged";
    }
    std::unreachable();
}

Result<BreachedHeader, BreachedFault> parse_breached_header(std::string_view octets,
                                                            std::uint64_t file_octets) {
    if (!octets.starts_with(kMagic)) return fail(BreachedFault::not_a_list);
    if (octets.size() != kBreachedHeader) return fail(BreachedFault::truncated);
    const auto checked = octets.substr(0, kBreachedHeader - kCheck);
    if (octets.substr(checked.size()) != check_of(checked)) return fail(BreachedFault::damaged);
    if (get(octets, 8, 4) != kVersion || get(octets, 12, 4) != kMarkBits) {
        return fail(BreachedFault::newer);
    }
    const BreachedHeader header{.blocks = get(octets, 16, 8), .passwords = get(octets, 24, 8)};
    // Divided, since a number of blocks that is made up could overflow a product.
    const auto behind = file_octets - kBreachedHeader;
    const bool whole = file_octets >= kBreachedHeader && behind % kBreachedBlock == 0 &&
                       behind / kBreachedBlock == header.blocks;
    if (!whole) return fail(BreachedFault::truncated);
    return header;
}

void BreachedBlocks::begin(Mark mark) {
    differences_.clear();
    cost_.fill(0);
    first_ = last_ = mark;
    begun_ = true;
    ++header_.passwords;
}

std::string BreachedBlocks::close() {
    const auto cheapest = std::ranges::min_element(cost_);
    const auto parameter = static_cast<unsigned>(cheapest - cost_.begin());
    std::string rest;
    rest.reserve(kBreachedBlock);
    put(rest, first_, 8);
    put(rest, last_, 8);
    put(rest, differences_.size() + 1, 2);
    put(rest, parameter, 1);
    put(rest, 0, kBlockHeader - kCheck - rest.size());
    BitWriter bits{rest};
    for (const auto difference : differences_) write_code(bits, difference, parameter);
    rest.resize(kBreachedBlock - kCheck, '\0');
    return check_of_block(header_.blocks++, rest) + rest;
}

std::string BreachedBlocks::add(Mark mark) {
    INVARIANT(mark >> kMarkBits == 0, "a mark has 40 bits");
    if (!begun_) return begin(mark), std::string{};
    INVARIANT(mark >= last_, "marks come in ascending order");
    if (mark == last_) return {};
    const auto difference = mark - last_ - 1;
    auto cost = cost_;
    for (unsigned k = 0; k < kMarkBits; ++k) cost[k] += (difference >> k) + 1 + k;
    const bool fits = std::ranges::min(cost) <= kRoom && differences_.size() + 1 < 0xFFFF;
    if (!fits) {
        auto full = close();
        begin(mark);
        return full;
    }
    cost_ = cost;
    differences_.push_back(difference);
    last_ = mark;
    ++header_.passwords;
    return {};
}

std::string BreachedBlocks::finish() {
    if (!begun_) return {};
    begun_ = false;
    return close();
}

std::optional<std::uint64_t> BreachedSearch::wanted() const {
    if (found_ || below_ >= above_) return {};
    return below_ + (above_ - below_) / 2;
}

// A block that was read wrongly could send the search elsewhere and make a known password unknown:
// so each one on the way is checked, and not the last alone.
Result<void, BreachedFault> BreachedSearch::take(std::string_view octets) {
    const auto number = wanted();
    INVARIANT(number, "a block was wanted");
    const auto block = read_block(*number, octets);
    if (!block) return fail(BreachedFault::damaged);
    if (mark_ < block->first) {
        above_ = *number;
        return {};
    }
    if (mark_ > block->last) {
        below_ = *number + 1;
        return {};
    }
    const auto there = holds(*block, mark_);
    if (!there) return fail(BreachedFault::damaged);
    found_ = *there;
    below_ = above_;
    return {};
}

}  // namespace signet::identity
