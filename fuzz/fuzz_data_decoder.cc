// The decoder against a slow one that looks at one octet at a time and is easy to believe.
#include "check.h"
#include "smtp/data_decoder.h"
#include "smtp/feed_split.h"

#include <cstdint>

using namespace signet;
using smtp::DataDecoder;

namespace {

struct Decoded {
    std::string content;
    DataDecoder::State state = DataDecoder::State::more;
    bool operator==(const Decoded&) const = default;
};

Decoded forget_content_of_fault(const Decoded& all) {
    const bool fault =
        all.state == DataDecoder::State::nul || all.state == DataDecoder::State::bare_newline;
    return fault ? Decoded{{}, all.state} : all;
}

Decoded decode(const smtp::Pieces& pieces, smtp::BareLf bare_lf) {
    DataDecoder decoder{DataDecoder::Framing::dots, bare_lf};
    Decoded all;
    for (std::string_view rest : pieces) {
        while (!rest.empty()) {
            const auto piece = decoder.decode(rest);
            all.content += piece.content;
            all.state = piece.state;
            if (piece.state != DataDecoder::State::more) return forget_content_of_fault(all);
            CHECK(piece.used > 0 && piece.used <= rest.size());
            rest.remove_prefix(piece.used);
        }
    }
    return all;
}

// No CR and no LF by itself, whatever came in.
void is_clean(std::string_view content) {
    for (std::size_t i = 0; i < content.size(); ++i) {
        CHECK(content[i] != '\n' || (i > 0 && content[i - 1] == '\r'));
        CHECK(content[i] != '\r' || i + 1 == content.size() || content[i + 1] == '\n');
    }
}

// Line by line.  RFC 5321 §4.5.2, read slowly.
Decoded decode_slowly(std::string_view octets, smtp::BareLf bare_lf) {
    Decoded all;
    std::string line;
    bool bare = false;  // the line holds a LF that came without its CR
    for (std::size_t i = 0; i < octets.size(); ++i) {
        const char c = octets[i];
        const bool after_cr = i > 0 && octets[i - 1] == '\r';
        if (c == '\n' && !after_cr && bare_lf == smtp::BareLf::normalize) {
            line += "\r\n";
            bare = true;
            continue;
        }
        if (after_cr != (c == '\n')) {
            return {{},
                    c == '\0' && !after_cr ? DataDecoder::State::nul
                                           : DataDecoder::State::bare_newline};
        }
        if (c == '\0') return {{}, DataDecoder::State::nul};
        line += c;
        if (c != '\n') continue;
        if (line == ".\r\n" && !bare) return {all.content, DataDecoder::State::end};
        all.content += line.starts_with('.') ? line.substr(1) : line;
        line.clear();
        bare = false;
    }
    const bool maybe_the_end = line == "." || line == ".\r";
    if (!maybe_the_end) all.content += line.starts_with('.') ? line.substr(1) : line;
    return all;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::string_view octets{reinterpret_cast<const char*>(data) + 1, size - 1};
    for (const auto bare_lf : {smtp::BareLf::reject, smtp::BareLf::normalize}) {
        const auto expected = decode_slowly(octets, bare_lf);
        CHECK(decode({std::string{octets}}, bare_lf) == expected);
        CHECK(decode(smtp::cut_at_random(octets, data[0]), bare_lf) == expected);
        is_clean(expected.content);
    }
    return 0;
}
