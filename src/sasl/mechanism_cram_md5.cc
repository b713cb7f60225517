// CRAM-MD5 (RFC 2195), for devices that know nothing better and must not show a password.
//
//   S: "<nonce@host>"                      fresh for each exchange
//   C: user SP 32 hexadecimal digits       HMAC-MD5 of the challenge, keyed with the password
//
// The server does not prove anything in turn, nothing ties it to the TLS connection, and what an
// account must keep for it is as good as the password to whoever reads it, for this mechanism.  So
// it is off unless the settings name it.
#include "base/invariant.h"
#include "base/text.h"
#include "sasl/mechanism.h"

#include <utility>

namespace signet::sasl {
namespace {

constexpr std::size_t kNameLimit = 255;  // octets
constexpr std::size_t kDigits = 32;

class CramMd5 final : public Exchange {
public:
    explicit CramMd5(Setting setting)
        : challenge_("<" + setting.server_nonce + "@" + setting.host + ">") {
        INVARIANT(setting.server_nonce.size() >= 16, "a nonce of 16 octets cannot be guessed");
    }

    Step resume(ClientMessage message) override {
        auto turn = std::exchange(state_, Spent{});  // a step that fails is never retried
        if (std::holds_alternative<AwaitCommand>(turn)) return on_command(message);
        if (!std::holds_alternative<AwaitDigest>(turn) || !message.octets) {
            return Denied{Reason::out_of_turn};
        }
        return on_digest(message.octets->reveal());
    }

    Step resume(ProofChecked checked) override {
        auto turn = std::exchange(state_, Spent{});
        auto* waiting = std::get_if<AwaitCheck>(&turn);
        if (!waiting) return Denied{Reason::out_of_turn};
        if (!checked.granted) return Denied{Reason::credentials, std::move(waiting->name)};
        return Granted{{std::move(waiting->name), {}}, {}};
    }

private:
    struct AwaitCommand {};
    struct AwaitDigest {};
    struct AwaitCheck {
        std::string name;
    };
    struct Spent {};

    // RFC 4954 §4: a mechanism in which the server speaks first has no initial response, and one
    // that comes nevertheless is refused with 535 or 501.
    Step on_command(const ClientMessage& message) {
        if (message.octets) return Denied{Reason::malformed};
        state_ = AwaitDigest{};
        return Challenge{challenge_};
    }

    // The digits never hold a space, and a name may: the last one parts them.
    Step on_digest(std::string_view said) {
        const auto space = said.rfind(' ');
        if (space == std::string_view::npos) return Denied{Reason::malformed};
        const auto name = said.substr(0, space);
        auto proof = unhex(said.substr(space + 1));
        const bool safe =
            !name.empty() && name.size() <= kNameLimit && !name.contains('\0') && is_utf8(name);
        if (!safe || !proof || proof->size() * 2 != kDigits) return Denied{Reason::malformed};
        state_ = AwaitCheck{std::string{name}};
        return CheckProof{
            {std::string{name}, {}}, ProofKind::cram_md5, challenge_, std::move(*proof)};
    }

    std::string challenge_;
    std::variant<AwaitCommand, AwaitDigest, AwaitCheck, Spent> state_;
};

}  // namespace

std::unique_ptr<Exchange> begin_cram_md5(Setting setting) {
    return std::make_unique<CramMd5>(std::move(setting));
}

}  // namespace signet::sasl
