// LOGIN (draft-murchison-sasl-login-00): no standard, but what Outlook, scanners and Exchange
// speak.
//
//   S: "Username:"    C: the user name
//   S: "Password:"    C: the password
//
// Clients compare the prompts octet by octet, so they are exactly these.  Many send the user name
// with the command, as an initial response; an empty one ("=", RFC 4954 §4) says nothing, and the
// name is asked for.  There is no authorization identity.
#include "base/text.h"
#include "sasl/mechanism.h"

#include <utility>

namespace signet::sasl {
namespace {

constexpr std::string_view kAskName = "Username:";
constexpr std::string_view kAskPassword = "Password:";
constexpr std::size_t kNameLimit = 255;  // octets

// The same letters as in PLAIN, so that no password works by one mechanism only.
bool is_safe(std::string_view text) {
    return !text.empty() && !text.contains('\0') && is_utf8(text);
}

class Login final : public Exchange {
public:
    Step resume(ClientMessage message) override {
        auto turn = std::exchange(state_, Spent{});  // a step that fails is never retried
        if (std::holds_alternative<AwaitCommand>(turn)) return on_command(message);
        if (!message.octets) return Denied{Reason::out_of_turn};
        if (std::holds_alternative<AwaitName>(turn)) return on_name(message.octets->reveal());
        if (auto* waiting = std::get_if<AwaitPassword>(&turn)) {
            return on_password(std::move(waiting->name), std::move(*message.octets));
        }
        return Denied{Reason::out_of_turn};
    }

    Step resume(Checked checked) override {
        auto turn = std::exchange(state_, Spent{});
        auto* waiting = std::get_if<AwaitCheck>(&turn);
        if (!waiting) return Denied{Reason::out_of_turn};
        if (!checked.granted) return Denied{Reason::credentials};
        return Granted{{std::move(waiting->name), {}}, {}};
    }

private:
    struct AwaitCommand {};
    struct AwaitName {};
    struct AwaitPassword {
        std::string name;
    };
    struct AwaitCheck {
        std::string name;
    };
    struct Spent {};

    Step on_command(const ClientMessage& message) {
        if (message.octets && !message.octets->empty()) return on_name(message.octets->reveal());
        state_ = AwaitName{};
        return Challenge{std::string{kAskName}};
    }

    Step on_name(std::string_view name) {
        if (!is_safe(name) || name.size() > kNameLimit) return Denied{Reason::malformed};
        state_ = AwaitPassword{std::string{name}};
        return Challenge{std::string{kAskPassword}};
    }

    Step on_password(std::string name, Secret password) {
        if (!is_safe(password.reveal())) return Denied{Reason::malformed};
        state_ = AwaitCheck{name};
        return CheckPassword{{std::move(name), {}}, std::move(password)};
    }

    std::variant<AwaitCommand, AwaitName, AwaitPassword, AwaitCheck, Spent> state_;
};

}  // namespace

std::unique_ptr<Exchange> begin_login(Setting) { return std::make_unique<Login>(); }

}  // namespace signet::sasl
