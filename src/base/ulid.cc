#include "base/ulid.h"

namespace signet {
namespace {

constexpr std::string_view kAlphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
constexpr std::size_t kLength = 26;

std::string write(std::uint64_t ms, const std::array<std::uint8_t, 10>& chance) {
    std::string text(kLength, '0');
    for (std::size_t i = 10; i-- > 0; ms >>= 5) text[i] = kAlphabet[ms & 31];
    for (std::size_t group = 0; group < 2; ++group) {  // 5 octets are 8 characters
        std::uint64_t bits = 0;
        for (std::size_t i = 0; i < 5; ++i) bits = bits << 8 | chance[group * 5 + i];
        for (std::size_t i = 8; i-- > 0; bits >>= 5)
            text[10 + group * 8 + i] = kAlphabet[bits & 31];
    }
    return text;
}

}  // namespace

bool is_ulid(std::string_view text) {
    // 26 characters hold 130 bits: the first may carry only 3.
    return text.size() == kLength && text[0] <= '7' &&
           text.find_first_not_of(kAlphabet) == std::string_view::npos;
}

std::optional<WallTime> time_of_ulid(std::string_view text) {
    if (!is_ulid(text)) return {};
    std::int64_t ms = 0;
    for (const char c : text.substr(0, 10)) {
        ms = ms << 5 | static_cast<std::int64_t>(kAlphabet.find(c));
    }
    return WallTime{std::chrono::milliseconds{ms}};
}

Ulid UlidSource::next() {
    const auto now = std::chrono::floor<std::chrono::milliseconds>(clock_.wall());
    const auto now_ms = static_cast<std::uint64_t>(now.time_since_epoch().count());
    const std::lock_guard lock{mutex_};
    if (now_ms > last_ms_) {
        last_ms_ = now_ms;
        entropy_.fill(chance_);
    } else {
        auto octet = chance_.rbegin();
        while (octet != chance_.rend() && ++*octet == 0) ++octet;
        if (octet == chance_.rend()) ++last_ms_;  // 2^80 names in one millisecond
    }
    return write(last_ms_, chance_);
}

}  // namespace signet
