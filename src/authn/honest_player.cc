#include "authn/honest_player.h"

#include "base/text.h"
#include "crypto/cram_md5.h"
#include "sasl/client.h"

#include <map>
#include <utility>

namespace signet::authn {
namespace {

// Signet's own client, which has most of them.
class ClientPlayer final : public Player {
public:
    explicit ClientPlayer(std::unique_ptr<sasl::ClientExchange> exchange)
        : exchange_(std::move(exchange)) {}

    std::optional<std::string> initial() override {
        auto said = exchange_->initial();
        return said ? std::optional{std::string{said->reveal()}} : std::nullopt;
    }
    std::optional<std::string> answer(std::string_view challenge) override {
        auto said = exchange_->respond(challenge);
        if (!said) return {};
        if (const auto* wanted = std::get_if<sasl::SaltPassword>(&*said)) {
            return std::string{exchange_->salted(salted(*wanted)).reveal()};
        }
        return std::string{std::get<Secret>(*said).reveal()};
    }

private:
    static Secret salted(const sasl::SaltPassword& wanted) {
        static std::map<std::string, std::string> known;
        auto& found = known[std::to_string(static_cast<int>(wanted.hash)) + wanted.salt +
                            std::string{wanted.password.reveal()}];
        if (found.empty()) found = sasl::salt(wanted).reveal();
        return Secret::copy_of(found);
    }
    std::unique_ptr<sasl::ClientExchange> exchange_;
};

class CramPlayer final : public Player {
public:
    CramPlayer(std::string user, const std::string& password)
        : user_(std::move(user)), key_(crypto::cram_md5_key(password)) {}
    std::optional<std::string> initial() override { return {}; }
    std::optional<std::string> answer(std::string_view challenge) override {
        return user_ + " " + hex(crypto::cram_md5(key_, challenge));
    }

private:
    std::string user_;
    Secret key_;
};

// What it has to show, the connection has shown: it says but its name.
class CardPlayer final : public Player {
public:
    explicit CardPlayer(std::string user) : user_(std::move(user)) {}
    std::optional<std::string> initial() override { return user_; }
    std::optional<std::string> answer(std::string_view) override { return {}; }

private:
    std::string user_;
};

}  // namespace

std::unique_ptr<Player> player_for(const sasl::Mechanism& mechanism, const std::string& user,
                                   const Secrets& secrets, const Place& place) {
    for (const auto& client : sasl::client_mechanisms()) {
        if (client.name != mechanism.name) continue;
        sasl::ClientStart start;
        start.credentials.user = user;
        start.credentials.token = client.token;
        start.credentials.password =
            Secret::copy_of(client.token ? secrets.token : secrets.password);
        start.nonce = "client-nonce-of-24-octet";
        if (client.binds) start.binding = {"tls-exporter", Secret::copy_of(place.exporter)};
        if (!start.credentials.usable()) return nullptr;
        return std::make_unique<ClientPlayer>(client.begin(std::move(start)));
    }
    if (mechanism.name == "EXTERNAL") return std::make_unique<CardPlayer>(user);
    if (mechanism.name == "CRAM-MD5") return std::make_unique<CramPlayer>(user, secrets.password);
    return nullptr;
}

}  // namespace signet::authn
