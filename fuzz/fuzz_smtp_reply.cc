// What a server answers: any octets, cut anywhere, give the same replies; none breaks a limit.
#include "check.h"
#include "smtp/reply_parser.h"

#include <cstdint>

using namespace signet;
using namespace signet::smtp;

namespace {

constexpr ReplyLimits kLimits{.line_octets = 64, .lines = 4, .octets = 160};

std::string read(std::string_view octets, std::size_t step) {
    ReplyParser parser{kLimits};
    std::string all;
    for (std::size_t at = 0; at < octets.size(); at += step) {
        parser.received(octets.substr(at, step));
        for (;;) {
            const auto reply = parser.next();
            if (!reply) return all + std::string{name(reply.error())};
            if (!*reply) break;
            CHECK((*reply)->code >= 200 && (*reply)->code <= 559);
            CHECK(!(*reply)->lines.empty() && (*reply)->lines.size() <= kLimits.lines);
            for (const auto& line : (*reply)->lines) {
                CHECK(line.size() <= kLimits.line_octets);
                for (const char c : line) CHECK(c == '\t' || (c >= 0x20 && c < 0x7F));
            }
            const auto wire = (*reply)->wire();
            ReplyParser again;
            again.received(wire);
            const auto same = again.next();
            CHECK(same && *same && **same == **reply);
            all += wire;
        }
    }
    return all + (parser.holds_octets() ? "more" : "");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view input{reinterpret_cast<const char*>(data), size};
    const auto whole = read(input, size + 1);
    CHECK(read(input, 1) == whole);
    CHECK(read(input, 7) == whole);
    return 0;
}
