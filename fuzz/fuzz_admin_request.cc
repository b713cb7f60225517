// A line from the control socket.
#include "admin/request.h"
#include "check.h"

#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view line{reinterpret_cast<const char*>(data), size};
    const auto request = signet::admin::parse_request(line);
    if (!request) {
        CHECK(!request.error().empty());
        return 0;
    }
    CHECK(!request->method.empty());
    CHECK(request->actor.name.empty());  // never from the line
    CHECK(!request->texts.contains("password") && !request->lists.contains("password"));
    return 0;
}
