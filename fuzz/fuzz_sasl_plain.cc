// PLAIN from any octets: what it asks the store to check is exactly what was sent, and nothing is
// granted that the store did not grant.
#include "check.h"
#include "sasl/mechanism.h"

#include <cstdint>

using namespace signet::sasl;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string message{reinterpret_cast<const char*>(data), size};
    auto exchange = find_mechanism("PLAIN")->begin();
    const auto step = exchange->resume(ClientMessage{signet::Secret::copy_of(message)});
    const auto* asked = std::get_if<CheckPassword>(&step);
    if (!asked) {
        CHECK(std::get<Denied>(step).reason == Reason::malformed);
        const auto more = exchange->resume(Checked{true});
        CHECK(std::holds_alternative<Denied>(more));
        return 0;
    }
    CHECK(!asked->identity.authcid.empty() && !asked->password.empty());
    CHECK(message == asked->identity.authzid + '\0' + asked->identity.authcid + '\0' +
                         std::string{asked->password.reveal()});
    const auto granted = exchange->resume(Checked{true});
    CHECK(std::get<Granted>(granted).identity.authcid == asked->identity.authcid);
    return 0;
}
