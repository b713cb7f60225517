// Passwords that are known from breaches, as a file that is small and is asked without being read
// whole.  Pure: octets in, octets and values out (store/breached_file.h has the file).
//
// A password is its *mark*: the first 40 bits of its SHA-1.  Marks are kept in ascending order, in
// blocks of 4 KiB that can each be read alone; within a block as differences in Golomb-Rice code,
// with the parameter that makes this block shortest.  A thousand million passwords take about 1.5
// GiB, and one password in a thousand that nobody ever leaked is then taken for one of them: their
// number divided by 2^40.
//
//   header   64   magic "SGNTPWD1", version u32, bits of a mark u32, blocks u64, passwords u64,
//                 zeros, and the first 8 octets of the SHA-256 of all that
//   block  4096   the first 8 octets of the SHA-256 of its number (u64) and all that follows;
//                 first mark u64, last mark u64, count u16, parameter u8, zeros, then from octet 32
//                 on the differences less one: a quotient in ones, a zero, and the remainder's bits
//   …                                           all numbers in little-endian order
//
// docs/decisions/0230-known-passwords-in-a-file.md says why.
#pragma once

#include "base/result.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace signet::identity {

inline constexpr unsigned kMarkBits = 40;
inline constexpr std::size_t kBreachedHeader = 64;    // octets
inline constexpr std::size_t kBreachedBlock = 4'096;  // octets

using Mark = std::uint64_t;  // below 2^kMarkBits
// REQUIRES: the SHA-1 of a password, 20 octets.
Mark mark_of(std::string_view sha1);

// A line of the public list: 40 hexadecimal digits, and behind a colon how often it was seen.
struct BreachedLine {
    std::string sha1;         // octets
    std::uint64_t count = 1;  // 1 where the line does not say
};
std::optional<BreachedLine> parse_breached_line(std::string_view line);

struct BreachedHeader {
    std::uint64_t blocks = 0, passwords = 0;
    bool operator==(const BreachedHeader&) const = default;
};
std::string text_of(const BreachedHeader& header);

enum class BreachedFault {
    not_a_list,  // something else
    newer,       // of a version that this program does not know
    truncated,   // or longer than its header says
    damaged,
};
std::string_view explanation(BreachedFault fault);  // behind the file's name: "is damaged"

Result<BreachedHeader, BreachedFault> parse_breached_header(std::string_view octets,
                                                            std::uint64_t file_octets);

// Makes the blocks.
class BreachedBlocks {
public:
    // The block that is full now; empty: not yet one.  A mark that is there already is passed over.
    // REQUIRES: no mark is below one before it.
    std::string add(Mark mark);
    std::string finish();  // the last one, or empty
    const BreachedHeader& header() const { return header_; }

private:
    void begin(Mark mark);
    std::string close();

    BreachedHeader header_;
    std::vector<std::uint64_t> differences_;       // of this block, less one
    std::array<std::uint64_t, kMarkBits> cost_{};  // in bits, with each parameter
    Mark first_ = 0, last_ = 0;
    bool begun_ = false;
};

// Looks for a mark: says which block it has to see, and is shown it.
class BreachedSearch {
public:
    BreachedSearch(const BreachedHeader& header, Mark mark) : mark_(mark), above_(header.blocks) {}
    // nullopt: it is decided.
    std::optional<std::uint64_t> wanted() const;
    // REQUIRES: the block wanted() names, or what stands there.
    Result<void, BreachedFault> take(std::string_view block);
    bool found() const { return found_; }

private:
    Mark mark_;
    std::uint64_t below_ = 0, above_;  // it is in a block of [below_, above_)
    bool found_ = false;
};

}  // namespace signet::identity
