// The head of an HTTP request: whole and in pieces it is read alike, and what is taken is clean.
#include "check.h"
#include "http/request_reader.h"

#include <algorithm>
#include <cstdint>

using namespace signet;

namespace {

bool is_visible(char c) { return c > 0x20 && c < 0x7F; }

void is_clean(const http::Request& request) {
    CHECK(!request.method.empty() && std::ranges::all_of(request.method, is_visible));
    CHECK(request.path.starts_with('/') && std::ranges::all_of(request.path, is_visible));
    CHECK(std::ranges::all_of(request.query, is_visible));
    CHECK(std::ranges::all_of(request.host, is_visible));
    CHECK(request.path.find_first_of("?#") == std::string::npos);
    CHECK(request.host.find_first_of("/?#@\\") == std::string::npos);
    CHECK(request.accept.find_first_of("\r\n") == std::string::npos);
    (void)http::host_is_ours(request.host, "mail.example.com");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2) return 0;
    const std::string_view input{reinterpret_cast<const char*>(data) + 1, size - 1};
    const std::size_t piece = 1 + data[0] % 17;
    http::RequestReader whole, pieces;
    const auto done = whole.feed(input);
    Result<bool, http::Fault> slowly = false;
    for (auto rest = input; !rest.empty() && slowly && !*slowly;) {
        slowly = pieces.feed(rest.substr(0, piece));
        rest.remove_prefix(std::min(piece, rest.size()));
    }
    CHECK(done == slowly);
    if (!done) {
        CHECK(http::status_of(done.error()) >= 400);
    } else if (*done) {
        const auto request = whole.take(), other = pieces.take();
        is_clean(request);
        CHECK(request.method == other.method && request.path == other.path &&
              request.query == other.query && request.host == other.host &&
              request.accept == other.accept);
    }
    return 0;
}
