// SCRAM as a client, from any challenges: a server is believed only if its last word is the
// signature over all that was said, and the password is in nothing that goes out.
//
// The first octet chooses; each line behind it is a challenge.  "%" in one stands for our nonce,
// and
// "$" for the signature that is right, so that a whole exchange can be found.
#include "base/base64.h"
#include "base/text.h"
#include "check.h"
#include "crypto/digest.h"
#include "sasl/client.h"
#include "sasl/scram_keys.h"

#include <cstdint>

using namespace signet;
using namespace signet::sasl;

namespace {

constexpr std::string_view kNonce = "client-nonce-of-24-octet", kPassword = "pencil sharpener";

void put_in(std::string& challenge, char sign, std::string_view value) {
    const auto at = challenge.find(sign);
    if (at != std::string::npos) challenge.replace(at, 1, value);
}

std::unique_ptr<ClientExchange> begin(const ClientMechanism& mechanism, std::uint8_t options) {
    ClientStart start{.credentials = {"ann,=", Secret::copy_of(kPassword)},
                      .nonce = std::string{kNonce},
                      .binding_offered = (options & 2) != 0};
    if (mechanism.binds || (options & 4)) start.binding = {"tls-exporter", Secret{"exported"}};
    return mechanism.begin(std::move(start));
}

// What the server would sign with, had it the password; not slow, since nobody compares it with
// another implementation's.
Secret salted(const SaltPassword& wanted) {
    CHECK(wanted.iterations >= 4'096 && wanted.iterations <= SaltPassword::kMostIterations);
    CHECK(wanted.password.reveal() == kPassword && !wanted.salt.empty());
    return Secret{crypto::hmac_sha256(wanted.password.reveal(), wanted.salt)};
}

class Play {
public:
    Play(ClientExchange& client, const std::string& first) : client_(client) {
        CHECK(!first.contains(kPassword));
        bare_ = first.substr(first.find(",,") + 2);
    }

    // false: the exchange is over.
    bool turn(std::string challenge) {
        put_in(challenge, '%', kNonce);
        put_in(challenge, '$', base64(signature_));
        auto answer = client_.respond(challenge);
        if (!answer) {
            CHECK(!client_.satisfied());
            return false;
        }
        if (const auto* wanted = std::get_if<SaltPassword>(&*answer)) {
            CHECK(signature_.empty() && !client_.satisfied());
            prove(challenge, salted(*wanted));
            CHECK(!client_.satisfied());
            return true;
        }
        const auto right = "v=" + base64(signature_);
        CHECK(!signature_.empty() && client_.satisfied());
        CHECK(challenge == right || challenge.starts_with(right + ","));
        CHECK(std::get<Secret>(*answer).empty());
        return true;
    }

private:
    void prove(const std::string& challenge, const Secret& password) {
        const auto last = std::string{client_.salted(password).reveal()};
        CHECK(!last.contains(kPassword));
        const auto without_proof = last.substr(0, last.rfind(",p="));
        CHECK(without_proof.contains(",r=" + std::string{kNonce}));
        const auto keys = scram::keys_of(crypto::Hash::sha256, password);
        signature_ =
            crypto::hmac_sha256(keys.server_key, bare_ + "," + challenge + "," + without_proof);
    }

    ClientExchange& client_;
    std::string bare_, signature_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 1) return 0;
    const std::string_view input{reinterpret_cast<const char*>(data) + 1, size - 1};
    const std::vector<std::string> offered{data[0] % 2 ? "SCRAM-SHA-256" : "SCRAM-SHA-256-PLUS"};
    const auto* mechanism = choose_client_mechanism({.offered = offered, .can_bind = true});
    const auto client = begin(*mechanism, data[0]);
    Play play{*client, std::string{client->initial()->reveal()}};
    for (const auto challenge : split(input, '\n')) {
        if (!play.turn(std::string{challenge})) break;
    }
    return 0;
}
