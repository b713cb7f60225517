// EXTERNAL from any octets: whom it asks to act as is exactly what was sent, and nothing is granted
// that was not granted to it.
#include "base/text.h"
#include "check.h"
#include "sasl/mechanism.h"

#include <cstdint>

using namespace signet::sasl;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string message{reinterpret_cast<const char*>(data), size};
    auto exchange = find_mechanism("EXTERNAL")->begin();
    const auto step = exchange->resume(ClientMessage{signet::Secret::copy_of(message)});
    const auto* asked = std::get_if<CheckExternal>(&step);
    if (!asked) {
        CHECK(std::get<Denied>(step).reason == Reason::malformed);
        CHECK(std::holds_alternative<Denied>(exchange->resume(Checked{true})));
        return 0;
    }
    CHECK(message == asked->authzid && message.size() <= 255);
    CHECK(!message.contains('\0') && signet::is_utf8(message));
    CHECK(std::get<Granted>(exchange->resume(Checked{true})).identity.authzid == message);
    return 0;
}
