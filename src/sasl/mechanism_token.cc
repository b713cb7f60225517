// OAUTHBEARER (RFC 7628) and XOAUTH2, its forerunner that Gmail and Exchange Online made common:
// the client shows a token that an authorization server gave it.
//
//   C: name and token
//   S: 235, or what is wrong with the token as JSON
//   C: a message that says nothing, whereupon the server fails the exchange (RFC 7628 §3.2.3)
//
// Whoever reads the token can use it, so it is taken inside TLS only (§4).
#include "sasl/mechanism.h"
#include "sasl/token_messages.h"

#include <utility>

namespace signet::sasl {
namespace {

struct Dialect {
    std::optional<TokenMessage> (*parse)(std::string_view message);
    std::string (*error)(const TokenHint& hint);
};
constexpr Dialect kOauthbearer{parse_oauthbearer, oauthbearer_error};
constexpr Dialect kXoauth2{parse_xoauth2, xoauth2_error};

class TokenExchange final : public Exchange {
public:
    explicit TokenExchange(const Dialect& dialect) : dialect_(dialect) {}

    Step resume(ClientMessage message) override {
        auto turn = std::exchange(state_, Spent{});  // a step that fails is never retried
        if (const auto* first = std::get_if<AwaitMessage>(&turn)) {
            return on_message(message, first->prompted);
        }
        if (auto* told = std::get_if<AwaitNothing>(&turn)) {
            return Denied{Reason::credentials, std::move(told->name)};
        }
        return Denied{Reason::out_of_turn};
    }

    Step resume(TokenChecked checked) override {
        auto turn = std::exchange(state_, Spent{});
        auto* waiting = std::get_if<AwaitCheck>(&turn);
        if (!waiting) return Denied{Reason::out_of_turn};
        if (checked.granted) return Granted{{{}, std::move(waiting->name)}, {}};
        state_ = AwaitNothing{std::move(waiting->name)};
        return Challenge{dialect_.error(checked.hint)};
    }

private:
    struct AwaitMessage {
        bool prompted;
    };  // a variant begins it with false
    struct AwaitCheck {
        std::string name;
    };
    struct AwaitNothing {
        std::string name;
    };
    struct Spent {};

    Step on_message(const ClientMessage& message, bool prompted) {
        if (!message.octets) {
            if (prompted) return Denied{Reason::out_of_turn};
            state_ = AwaitMessage{.prompted = true};
            return Challenge{};  // RFC 4954 §4: without initial response, an empty 334 asks for it
        }
        auto said = dialect_.parse(message.octets->reveal());
        if (!said) return Denied{Reason::malformed};
        state_ = AwaitCheck{said->name};
        return CheckToken{std::move(said->name), std::move(said->token)};
    }

    const Dialect& dialect_;
    std::variant<AwaitMessage, AwaitCheck, AwaitNothing, Spent> state_;
};

}  // namespace

std::unique_ptr<Exchange> begin_oauthbearer(Setting) {
    return std::make_unique<TokenExchange>(kOauthbearer);
}
std::unique_ptr<Exchange> begin_xoauth2(Setting) {
    return std::make_unique<TokenExchange>(kXoauth2);
}

}  // namespace signet::sasl
