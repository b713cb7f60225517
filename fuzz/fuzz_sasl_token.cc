// What a client with a token says, in both dialects: what is taken is within its bounds, and the
// token stands in the message as it was; what is said of an error is JSON on one line.
#include "check.h"
#include "sasl/mechanism.h"
#include "sasl/token_messages.h"

#include <cstdint>

using namespace signet::sasl;

namespace {

void look(const std::optional<TokenMessage>& said, std::string_view message) {
    if (!said) return;
    CHECK(said->name.size() <= kLongestTokenName);
    CHECK(said->token.size() <= kLongestToken);
    CHECK(message.contains(said->token.reveal()));
    for (const char c : said->name) CHECK(static_cast<unsigned char>(c) >= ' ');
    for (const char c : said->token.reveal()) CHECK(c > ' ' && c <= '~');
}

void turn(std::string_view name, std::string_view message) {
    const auto exchange = find_mechanism(name)->begin();
    const auto step = exchange->resume(ClientMessage{signet::Secret::copy_of(message)});
    if (std::holds_alternative<Denied>(step)) return;
    CHECK(std::holds_alternative<CheckToken>(step));
    const TokenHint hint{.status = {}, .scope = std::string{message}, .configuration = {}};
    const auto told = exchange->resume(TokenChecked{false, hint});
    CHECK(!std::get<Challenge>(told).octets.contains('\n'));
    CHECK(std::holds_alternative<Denied>(
        exchange->resume(ClientMessage{signet::Secret::copy_of(message)})));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view message{reinterpret_cast<const char*>(data), size};
    look(parse_oauthbearer(message), message);
    look(parse_xoauth2(message), message);
    turn("OAUTHBEARER", message);
    turn("XOAUTH2", message);
    return 0;
}
