#include "sasl/client.h"

#include "base/invariant.h"
#include "base/text.h"

#include <algorithm>
#include <utility>

namespace signet::sasl {
namespace {

constexpr std::size_t kCredentialOctets = 1'024;

bool usable_value(std::string_view octets) {
    return !octets.empty() && octets.size() <= kCredentialOctets &&
           octets.find('\0') == std::string_view::npos;
}

// RFC 4616 §2: message = [authzid] UTF8NUL authcid UTF8NUL passwd.  We act for nobody else, so
// authzid is left out.
class Plain final : public ClientExchange {
public:
    explicit Plain(ClientCredentials credentials) : credentials_(std::move(credentials)) {}

    std::optional<Secret> initial() override {
        if (std::exchange(spent_, true)) return {};
        std::string message;
        message.reserve(2 + credentials_.user.size() + credentials_.password.size());
        message += '\0';
        message += credentials_.user;
        message += '\0';
        message += credentials_.password.reveal();
        return Secret{std::move(message)};
    }

    // The one message of this mechanism went out with the command.
    Result<Secret, ClientFault> respond(std::string_view) override {
        return fail(ClientFault::out_of_turn);
    }

private:
    ClientCredentials credentials_;
    bool spent_ = false;
};

// LOGIN was never a standard (draft-murchison-sasl-login-00): the server asks for the user name and
// then for the password.  The wording of its prompts differs from server to server and is not read.
class Login final : public ClientExchange {
public:
    explicit Login(ClientCredentials credentials) : credentials_(std::move(credentials)) {}

    std::optional<Secret> initial() override { return {}; }

    Result<Secret, ClientFault> respond(std::string_view) override {
        switch (std::exchange(turn_, turn_ == Turn::user ? Turn::password : Turn::spent)) {
        case Turn::user: return Secret::copy_of(credentials_.user);
        case Turn::password: return std::move(credentials_.password);
        case Turn::spent: return fail(ClientFault::out_of_turn);
        }
        std::unreachable();
    }

private:
    enum class Turn {
        user,
        password,
        spent
    };
    ClientCredentials credentials_;
    Turn turn_ = Turn::user;
};

template <class Exchange>
std::unique_ptr<ClientExchange> begin(ClientCredentials credentials) {
    INVARIANT(credentials.usable(), "credentials are checked before an exchange begins");
    return std::make_unique<Exchange>(std::move(credentials));
}

// PLAIN first: it takes one turn, and unlike LOGIN it is a standard.
constexpr ClientMechanism kMechanisms[] = {
    {"PLAIN", begin<Plain>},
    {"LOGIN", begin<Login>},
};

}  // namespace

bool ClientCredentials::usable() const {
    return usable_value(user) && usable_value(password.reveal());
}

std::span<const ClientMechanism> client_mechanisms() { return kMechanisms; }

const ClientMechanism* choose_client_mechanism(std::span<const std::string> offered) {
    const auto is_offered = [&](const ClientMechanism& ours) {
        return std::ranges::any_of(
            offered, [&](std::string_view theirs) { return equal_nocase(theirs, ours.name); });
    };
    const auto found = std::ranges::find_if(kMechanisms, is_offered);
    return found == std::end(kMechanisms) ? nullptr : found;
}

}  // namespace signet::sasl
