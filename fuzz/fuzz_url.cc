// The address of a resource: what is read can be sent as it is, and reads alike again.
#include "check.h"
#include "http/request_text.h"
#include "http/url.h"

#include <algorithm>
#include <cstdint>

using namespace signet;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view input{reinterpret_cast<const char*>(data), size};
    const auto url = http::parse_url(input);
    if (!url) {
        CHECK(!http::words(url.error()).empty());
        return 0;
    }
    CHECK(!url->host.empty() && url->port != 0 && url->target.starts_with('/'));
    CHECK(url->host.find_first_of("/?#@\\[]% \r\n") == std::string::npos);
    CHECK(std::ranges::all_of(url->target, [](char c) { return c > 0x20 && c < 0x7F; }));
    const auto again = http::parse_url(url->origin() + url->target);
    CHECK(again && again->origin() == url->origin() && again->target == url->target);
    const auto text = http::request_text({.method = "GET", .url = *url});
    CHECK(text && std::ranges::count(text->reveal(), '\n') == 3);
    return 0;
}
