// A response of a server that we asked: whole and in pieces it is read alike, within its limits,
// and what is taken is clean.
#include "check.h"
#include "http/response_reader.h"

#include <algorithm>
#include <cstdint>

using namespace signet;

namespace {

constexpr http::ResponseLimits kLimits{.head_octets = 2'048, .fields = 16, .body_octets = 512};

void is_clean(const http::Received& received) {
    CHECK(received.status >= 200 && received.status <= 599);
    CHECK(received.fields.size() <= kLimits.fields);
    CHECK(received.body.size() <= kLimits.body_octets);
    for (const auto& [name, value] : received.fields) {
        CHECK(!name.empty() && std::ranges::all_of(name, [](char c) {
            return c > 0x20 && c < 0x7F && c != ':' && !(c >= 'A' && c <= 'Z');
        }));
        CHECK(value.find_first_of("\r\n") == std::string::npos);
    }
}

bool same_field(const http::ResponseField& a, const http::ResponseField& b) {
    return a.name == b.name && a.value == b.value;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2) return 0;
    const std::string_view input{reinterpret_cast<const char*>(data) + 1, size - 1};
    const std::size_t piece = 1 + data[0] % 17;
    const bool to_head = data[0] >= 0xF0;
    http::ResponseReader whole{kLimits, to_head}, pieces{kLimits, to_head};
    const auto done = whole.feed(input);
    Result<bool, http::ResponseFault> slowly = false;
    for (auto rest = input; !rest.empty() && slowly;) {
        slowly = pieces.feed(rest.substr(0, piece));
        rest.remove_prefix(std::min(piece, rest.size()));
    }
    CHECK(done == slowly);
    if (!done) {
        CHECK(!http::words(done.error()).empty());
    } else if (*done) {
        const auto received = whole.take(), other = pieces.take();
        is_clean(received);
        CHECK(received.status == other.status && received.keeps_open == other.keeps_open &&
              received.body.reveal() == other.body.reveal() &&
              std::ranges::equal(received.fields, other.fields, same_field));
    }
    return 0;
}
