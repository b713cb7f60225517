// However a stream is cut, the same lines come out of it, and none holds CR, LF or NUL.
#include "check.h"
#include "smtp/feed_split.h"
#include "smtp/line_reader.h"

#include <cstdint>

using namespace signet;
using smtp::LineReader;

namespace {

std::vector<std::string> lines_of(const smtp::Pieces& pieces, LineReader::Kind kind) {
    LineReader reader{{.command_octets = 32, .auth_octets = 64}};
    std::vector<std::string> found;
    for (const auto& piece : pieces) {
        reader.received(piece);
        while (const auto line = reader.next_line(kind)) {
            if (*line) {
                CHECK((*line)->find_first_of(std::string_view{"\r\n\0", 3}) == std::string::npos);
                CHECK((*line)->size() + 2 <= 64);
                found.emplace_back(**line);
                continue;
            }
            found.push_back('\r' + std::to_string(static_cast<int>(line->error())));
            const bool goes_on = line->error() == LineReader::Fault::too_long ||
                                 line->error() == LineReader::Fault::auth_too_long;
            if (!goes_on) return found;
        }
        CHECK(reader.unread().size() <= 64);
    }
    return found;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::string_view octets{reinterpret_cast<const char*>(data) + 1, size - 1};
    const auto kind = data[0] & 1 ? LineReader::Kind::auth_response : LineReader::Kind::command;
    const auto whole = lines_of({std::string{octets}}, kind);
    CHECK(lines_of(smtp::cut_at_random(octets, data[0]), kind) == whole);
    return 0;
}
