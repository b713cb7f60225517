// EXTERNAL (RFC 4422 appendix A).
//
//   external-initial-response = external-authz-id-string
//   external-authz-id-string  = *( UTF8-char-no-nul )
//
// Who the client is, something else has shown: here the certificate of its TLS connection.  The
// client says at most whom it wants to act as; an empty response leaves that to the server.
#include "base/text.h"
#include "sasl/mechanism.h"

#include <utility>

namespace signet::sasl {
namespace {

constexpr std::size_t kNameLimit = 255;  // octets, as of an authcid

class External final : public Exchange {
public:
    Step resume(ClientMessage message) override {
        const auto turn = std::exchange(state_, Spent{});  // a step that fails is never retried
        const auto* first = std::get_if<AwaitMessage>(&turn);
        if (first == nullptr) return Denied{Reason::out_of_turn};
        if (!message.octets) {
            if (first->prompted) return Denied{Reason::out_of_turn};
            state_ = AwaitMessage{.prompted = true};
            return Challenge{};
        }
        std::string authzid{message.octets->reveal()};
        const bool fits =
            authzid.size() <= kNameLimit && !authzid.contains('\0') && is_utf8(authzid);
        if (!fits) return Denied{Reason::malformed};
        state_ = AwaitCheck{authzid};
        return CheckExternal{std::move(authzid)};
    }

    Step resume(Checked checked) override {
        auto turn = std::exchange(state_, Spent{});
        auto* waiting = std::get_if<AwaitCheck>(&turn);
        if (!waiting) return Denied{Reason::out_of_turn};
        if (!checked.granted) return Denied{Reason::credentials};
        return Granted{{.authcid = {}, .authzid = std::move(waiting->authzid)}, {}};
    }

private:
    struct AwaitMessage {
        bool prompted;
    };  // a variant begins it with false
    struct AwaitCheck {
        std::string authzid;
    };
    struct Spent {};

    std::variant<AwaitMessage, AwaitCheck, Spent> state_;
};

}  // namespace

std::unique_ptr<Exchange> begin_external(Setting) { return std::make_unique<External>(); }

}  // namespace signet::sasl
