// PLAIN (RFC 4616).
//
//   message = [authzid] UTF8NUL authcid UTF8NUL passwd
//   authcid = 1*SAFE ; MUST accept up to 255 octets
//   authzid = 1*SAFE ; MUST accept up to 255 octets
//   passwd  = 1*SAFE ; MUST accept up to 255 octets
//   SAFE    = UTF1 / UTF2 / UTF3 / UTF4  ;; any UTF-8 encoded Unicode character except NUL
//
// So there are exactly two NULs, nothing but the authzid may be empty, and all of it is UTF-8.  An
// empty authcid is never replaced by the authzid, and a third NUL never ends the password early:
// servers that did either let one client be two users.
#include "base/text.h"
#include "sasl/mechanism.h"

#include <utility>

namespace signet::sasl {
namespace {

constexpr std::size_t kNameLimit = 255;  // octets; the password may fill the rest of the message

bool is_name(std::string_view text) {
    return !text.empty() && text.size() <= kNameLimit && is_utf8(text);
}

std::optional<CheckPassword> parse(std::string_view message) {
    const auto first = message.find('\0');
    if (first == std::string_view::npos) return {};
    const auto second = message.find('\0', first + 1);
    if (second == std::string_view::npos) return {};

    const auto authzid = message.substr(0, first);
    const auto authcid = message.substr(first + 1, second - first - 1);
    const auto password = message.substr(second + 1);
    if (!authzid.empty() && !is_name(authzid)) return {};
    if (!is_name(authcid)) return {};
    if (password.empty() || password.contains('\0') || !is_utf8(password)) return {};
    return CheckPassword{{std::string{authcid}, std::string{authzid}}, Secret::copy_of(password)};
}

class Plain final : public Exchange {
public:
    Step resume(ClientMessage message) override {
        const auto turn = std::exchange(state_, Spent{});  // a step that fails is never retried
        if (const auto* first = std::get_if<AwaitMessage>(&turn)) {
            return on_message(message, first->prompted);
        }
        return Denied{Reason::out_of_turn};
    }

    Step resume(Checked checked) override {
        auto turn = std::exchange(state_, Spent{});
        auto* waiting = std::get_if<AwaitCheck>(&turn);
        if (!waiting) return Denied{Reason::out_of_turn};
        if (!checked.granted) return Denied{Reason::credentials};
        return Granted{std::move(waiting->identity), {}};
    }

private:
    struct AwaitMessage {
        bool prompted;
    };  // a variant begins it with false
    struct AwaitCheck {
        Identity identity;
    };
    struct Spent {};

    Step on_message(const ClientMessage& message, bool prompted) {
        if (!message.octets) {
            if (prompted) return Denied{Reason::out_of_turn};
            state_ = AwaitMessage{.prompted = true};
            return Challenge{};  // RFC 4954 §4: without initial response, an empty 334 asks for it
        }
        auto asked = parse(message.octets->reveal());
        if (!asked) return Denied{Reason::malformed};
        state_ = AwaitCheck{asked->identity};
        return std::move(*asked);
    }

    std::variant<AwaitMessage, AwaitCheck, Spent> state_;
};

}  // namespace

std::unique_ptr<Exchange> begin_plain(Setting) { return std::make_unique<Plain>(); }

}  // namespace signet::sasl
