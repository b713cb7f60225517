// Where a header ends must not depend on how the content was cut, and no octet may be lost.
#include "check.h"
#include "mail/header_scanner.h"

#include <cstdint>

using namespace signet;
using namespace signet::mail;

namespace {

constexpr std::size_t kLimit = 4'096;

struct Scan {
    bool too_big = false;
    std::string kept, header;
    std::size_t added = 0;
    auto operator<=>(const Scan&) const = default;
};

Scan scan(std::string_view content, std::size_t part_octets) {
    HeaderScanner scanner{kLimit};
    Scan result;
    const auto keep = [&](const Result<std::string_view, HeaderFault>& octets) {
        if (octets)
            result.kept += *octets;
        else
            result.too_big = true;
    };
    while (!content.empty() && !result.too_big) {
        const std::string part{content.substr(0, part_octets)};
        content.remove_prefix(part.size());
        keep(scanner.feed(part));
    }
    keep(scanner.finish());
    CHECK(scanner.complete() != result.too_big);
    result.header = scanner.header().block();
    result.added = scanner.octets_added();
    return result;
}

void fields_cover_the_block(std::string_view block) {
    const Header header{block};
    std::size_t octets = 0;
    for (auto field = header.first(); field; field = header.after(*field)) {
        CHECK(!field->name.empty());
        CHECK(!field->value().contains("\r\n"));
        CHECK(header.count(field->name) >= 1);
        octets += field->name.size() + field->raw.size();
        if (octets > 64) break;  // count() is linear: enough of that
    }
    CHECK(block.empty() || header.first());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::string_view content{reinterpret_cast<const char*>(data) + 1, size - 1};
    const auto whole = scan(content, size);
    const auto cut = scan(content, 1 + data[0] % 64);
    CHECK(whole.too_big == cut.too_big);
    if (whole.too_big) return 0;
    CHECK(whole == cut);
    CHECK(whole.header.size() <= kLimit);
    CHECK(whole.kept.starts_with(whole.header));
    auto without = whole.kept;
    CHECK(whole.added == 0 || without.substr(whole.header.size(), 2) == "\r\n");
    without.erase(whole.header.size(), whole.added);
    CHECK(without == content);
    fields_cover_the_block(whole.header);
    // What was kept reads the same again, and nothing needs adding.
    const auto again = scan(whole.kept, size + 2);
    CHECK(again.added == 0 && again.header == whole.header);
    return 0;
}
