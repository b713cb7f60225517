// OAUTHBEARER (RFC 7628) and XOAUTH2 as a client: an access token in place of a password.
//
// Both send one message with the AUTH command.  A server that does not take the token says why in a
// challenge, and fails the exchange only when that is answered (RFC 7628 §3.2.3).
#include "sasl/client.h"

#include "base/invariant.h"

#include <utility>

namespace signet::sasl {
namespace {

constexpr char kSeparator = '\x01';  // kvsep

// RFC 5801 §4: saslname; "," and "=" would end it.
std::string sasl_name(std::string_view user) {
    std::string name;
    for (const char c : user) {
        if (c == ',') {
            name += "=2C";
        } else if (c == '=') {
            name += "=3D";
        } else {
            name += c;
        }
    }
    return name;
}

// kvpair "auth=Bearer …", and the end of the message.
Secret with_token(std::string message, const Secret& token) {
    constexpr std::string_view kAuth = "auth=Bearer ";
    message.reserve(message.size() + kAuth.size() + token.size() + 2);  // it must not grow
    message += kAuth;
    message += token.reveal();
    message += kSeparator;
    message += kSeparator;
    return Secret{std::move(message)};
}

class Token final : public ClientExchange {
public:
    Token(Secret message, std::string_view answer)
        : message_(std::move(message)), answer_(answer) {}

    std::optional<Secret> initial() override {
        if (std::exchange(turn_, turn_ == Turn::begin ? Turn::sent : Turn::spent) != Turn::begin) {
            return {};
        }
        return std::move(message_);
    }
    // The challenge is the reason, for machines; the reply behind it has one for people.
    Result<ClientAnswer, ClientFault> respond(std::string_view) override {
        if (std::exchange(turn_, Turn::spent) != Turn::sent) return fail(ClientFault::out_of_turn);
        return Secret::copy_of(answer_);
    }

private:
    enum class Turn {
        begin,
        sent,
        spent
    };
    Secret message_;
    std::string_view answer_;
    Turn turn_ = Turn::begin;
};

}  // namespace

// RFC 7628 §3.1: client-resp = gs2-header kvsep *kvpair kvsep.  `host` and `port` are left out:
// they are for tokens that are bound to a server by a signature, and a bearer's is not.
std::unique_ptr<ClientExchange> begin_client_oauthbearer(ClientStart start) {
    const auto& credentials = start.credentials;
    INVARIANT(credentials.usable(), "credentials are checked before an exchange begins");
    auto header = "n,a=" + sasl_name(credentials.user) + "," + kSeparator;
    return std::make_unique<Token>(with_token(std::move(header), credentials.password),
                                   std::string_view{"\x01"});
}

// Google's and Microsoft's, older than the standard: "user=" user ^A "auth=Bearer " token ^A ^A.
std::unique_ptr<ClientExchange> begin_client_xoauth2(ClientStart start) {
    const auto& credentials = start.credentials;
    INVARIANT(credentials.usable(), "credentials are checked before an exchange begins");
    auto header = "user=" + credentials.user + kSeparator;
    return std::make_unique<Token>(with_token(std::move(header), credentials.password),
                                   std::string_view{});
}

}  // namespace signet::sasl
