// What a helper, or who pretends to be the server, sends: read back the same, or refused.
#include "check.h"
#include "store/pam_protocol.h"

#include <cstdint>

using namespace signet::store;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view octets{reinterpret_cast<const char*>(data), size};
    if (const auto request = decode_pam_request(octets)) {
        CHECK(encode(*request).reveal() == octets);
        CHECK(!request->user.contains('\0') && !request->password.reveal().contains('\0'));
    }
    if (const auto reply = decode_pam_reply(octets)) CHECK(encode(*reply) == octets);
    return 0;
}
