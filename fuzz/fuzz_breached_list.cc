// The file of breached passwords: whatever stands in it, a search ends, and reads no octet that is
// not there.  The input is taken as a file, as a single block, and as lines of the public list.
#include "check.h"
#include "crypto/digest.h"
#include "identity/breached_list.h"

#include <algorithm>
#include <cstdint>

using namespace signet;
using namespace signet::identity;

namespace {

void search(std::string_view file, Mark mark) {
    const auto header = parse_breached_header(file.substr(0, kBreachedHeader), file.size());
    if (!header) return;
    BreachedSearch search{*header, mark};
    while (const auto number = search.wanted()) {
        CHECK(*number < header->blocks);
        const auto at = kBreachedHeader + *number * kBreachedBlock;
        if (!search.take(file.substr(at, kBreachedBlock))) return;
    }
}

// With a check that is right, so that what the check keeps out is seen by what is behind it.
void search_block(std::string_view octets, Mark mark) {
    std::string block{octets.substr(0, kBreachedBlock - 8)};
    block.resize(kBreachedBlock - 8, '\0');
    block = crypto::sha256(std::string(8, '\0') + block).substr(0, 8) + block;
    BreachedSearch search{{.blocks = 1, .passwords = 1}, mark};
    (void)search.take(block);
}

// What lines name is found again, and nothing between.
void build(std::string_view text) {
    std::vector<Mark> marks;
    while (!text.empty() && marks.size() < 1'000) {
        const auto end = std::min(text.find('\n'), text.size());
        if (const auto line = parse_breached_line(text.substr(0, end))) {
            marks.push_back(mark_of(line->sha1));
        }
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    std::ranges::sort(marks);
    BreachedBlocks blocks;
    std::string file;
    for (const auto mark : marks) file += blocks.add(mark);
    file += blocks.finish();
    file = text_of(blocks.header()) + file;
    const auto header = parse_breached_header(file.substr(0, kBreachedHeader), file.size());
    CHECK(header && *header == blocks.header());
    for (const auto mark : marks) {
        BreachedSearch search{*header, mark};
        while (const auto number = search.wanted()) {
            const auto at = kBreachedHeader + *number * kBreachedBlock;
            CHECK(search.take(file.substr(at, kBreachedBlock)));
        }
        CHECK(search.found());
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text{reinterpret_cast<const char*>(data), size};
    Mark mark = 0;
    for (const char c : text.substr(0, 5)) mark = mark << 8 | static_cast<unsigned char>(c);
    search(text, mark);
    search_block(text, mark);
    build(text);
    return 0;
}
