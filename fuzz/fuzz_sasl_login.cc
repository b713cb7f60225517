// LOGIN turned in any order: each octet chooses a turn, and what follows it up to a line feed is
// what the client says.  Nothing is granted without a check that was asked for just before.
#include "check.h"
#include "sasl/mechanism.h"

#include <cstdint>

using namespace signet::sasl;

namespace {

Step turn(Exchange& exchange, char kind, std::string_view said) {
    switch (kind % 4) {
    case 0: return exchange.resume(ClientMessage{});
    case 1: return exchange.resume(Checked{true});
    default: return exchange.resume(ClientMessage{signet::Secret::copy_of(said)});
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string_view script{reinterpret_cast<const char*>(data), size};
    auto exchange = find_mechanism("LOGIN")->begin();
    bool asked = false, over = false;
    while (!script.empty()) {
        const char kind = script.front();
        const auto line = script.substr(1, script.find('\n') - 1);
        script.remove_prefix(std::min(script.size(), line.size() + 2));
        const auto step = turn(*exchange, kind, line);
        if (over) CHECK(std::get<Denied>(step).reason == Reason::out_of_turn);
        if (std::holds_alternative<Granted>(step)) CHECK(asked);
        asked = std::holds_alternative<CheckPassword>(step);
        over = std::holds_alternative<Denied>(step) || std::holds_alternative<Granted>(step);
    }
    return 0;
}
