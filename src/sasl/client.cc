#include "sasl/client.h"

#include "base/invariant.h"
#include "base/text.h"

#include <algorithm>
#include <array>
#include <utility>

namespace signet::sasl {

std::unique_ptr<ClientExchange> begin_client_scram(crypto::Hash hash, bool binds,
                                                   ClientStart start);
std::unique_ptr<ClientExchange> begin_client_oauthbearer(ClientStart start);
std::unique_ptr<ClientExchange> begin_client_xoauth2(ClientStart start);

namespace {

constexpr std::size_t kCredentialOctets = 1'024;
constexpr std::size_t kTokenOctets = 8'000, kTokenUserOctets = 320;

bool usable_value(std::string_view octets) {
    return !octets.empty() && octets.size() <= kCredentialOctets &&
           octets.find('\0') == std::string_view::npos;
}

// b64token = 1*( ALPHA / DIGIT / "-" / "." / "_" / "~" / "+" / "/" ) *"="
bool usable_token(std::string_view octets) {
    if (octets.size() > kTokenOctets) return false;
    const auto stem = octets.substr(0, octets.find_last_not_of('=') + 1);
    return !stem.empty() && std::ranges::all_of(stem, [](char c) {
        return is_alnum(c) || std::string_view{"-._~+/"}.contains(c);
    });
}

// What ends a part of the message is a control character.
bool usable_user_of_token(std::string_view user) {
    const auto is_control = [](char c) {
        return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
    };
    return !user.empty() && user.size() <= kTokenUserOctets &&
           std::ranges::none_of(user, is_control);
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
    Result<ClientAnswer, ClientFault> respond(std::string_view) override {
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

    Result<ClientAnswer, ClientFault> respond(std::string_view) override {
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
std::unique_ptr<ClientExchange> begin(ClientStart start) {
    INVARIANT(start.credentials.usable(), "credentials are checked before an exchange begins");
    return std::make_unique<Exchange>(std::move(start.credentials));
}

template <crypto::Hash hash, bool binds>
std::unique_ptr<ClientExchange> scram(ClientStart start) {
    INVARIANT(start.credentials.usable(), "credentials are checked before an exchange begins");
    return begin_client_scram(hash, binds, std::move(start));
}

// What shows no password stands first.  PLAIN before LOGIN: it takes one turn, and is a standard;
// so is OAUTHBEARER, and XOAUTH2 is none.
constexpr ClientMechanism kMechanisms[] = {
    {"SCRAM-SHA-512-PLUS", /*binds=*/true, scram<crypto::Hash::sha512, true>},
    {"SCRAM-SHA-256-PLUS", /*binds=*/true, scram<crypto::Hash::sha256, true>},
    {"SCRAM-SHA-1-PLUS", /*binds=*/true, scram<crypto::Hash::sha1, true>},
    {"SCRAM-SHA-512", /*binds=*/false, scram<crypto::Hash::sha512, false>},
    {"SCRAM-SHA-256", /*binds=*/false, scram<crypto::Hash::sha256, false>},
    {"SCRAM-SHA-1", /*binds=*/false, scram<crypto::Hash::sha1, false>},
    {"PLAIN", /*binds=*/false, begin<Plain>},
    {"LOGIN", /*binds=*/false, begin<Login>},
    {"OAUTHBEARER", /*binds=*/false, begin_client_oauthbearer, /*token=*/true},
    {"XOAUTH2", /*binds=*/false, begin_client_xoauth2, /*token=*/true},
};

bool is_among(std::string_view name, std::span<const std::string> names) {
    return std::ranges::any_of(names,
                               [&](std::string_view one) { return equal_nocase(one, name); });
}

}  // namespace

bool ClientCredentials::usable() const {
    if (token) return usable_user_of_token(user) && usable_token(password.reveal());
    return usable_value(user) && usable_value(password.reveal());
}

Secret salt(const SaltPassword& wanted) {
    return crypto::pbkdf2(wanted.hash, wanted.password.reveal(), wanted.salt, wanted.iterations);
}

Secret ClientExchange::salted(const Secret&) {
    INVARIANT(false, "only who wanted a salted password gets one");
    std::unreachable();
}

std::span<const ClientMechanism> client_mechanisms() { return kMechanisms; }

std::span<const std::string_view> client_mechanism_names() {
    static constexpr auto kNames = [] {
        std::array<std::string_view, std::size(kMechanisms)> names;
        std::ranges::transform(kMechanisms, names.begin(), &ClientMechanism::name);
        return names;
    }();
    return kNames;
}

const ClientMechanism* choose_client_mechanism(const ClientChoice& choice) {
    const auto may_be = [&](const ClientMechanism& ours) {
        return is_among(ours.name, choice.offered) &&
               (choice.allowed.empty() || is_among(ours.name, choice.allowed)) &&
               (!ours.binds || choice.can_bind) && ours.token == choice.token;
    };
    const auto found = std::ranges::find_if(kMechanisms, may_be);
    return found == std::end(kMechanisms) ? nullptr : found;
}

bool any_binds(std::span<const std::string> offered) {
    return std::ranges::any_of(offered,
                               [](std::string_view one) { return upper(one).ends_with("-PLUS"); });
}

}  // namespace signet::sasl
