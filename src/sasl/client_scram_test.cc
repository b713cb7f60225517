#include "base/base64.h"
#include "sasl/client.h"
#include "sasl/mechanism.h"
#include "sasl/scram_keys.h"

#include <gtest/gtest.h>

namespace signet::sasl {
namespace {

constexpr auto kHash = crypto::Hash::sha256;

// The example exchange of RFC 7677 §3: login "user", password "pencil".
const std::string kClientNonce = "rOprNGfwEbeRWgbNEkqO";
const std::string kServerNonce = "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
const std::string kBothNonces = kClientNonce + kServerNonce;
const std::string kServerFirst = "r=" + kBothNonces + ",s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096";
const std::string kServerFinal = "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=";
const std::string kExporter(32, 'e'), kUnique(12, 'u');

struct Wanted {
    std::string_view mechanism = "SCRAM-SHA-256";
    std::string user = "user", password = "pencil";
    std::string nonce = kClientNonce;
    std::string binding = {};  // the type; empty: there is none
    std::string binding_octets = kExporter;
    bool binding_offered = false;
};

std::unique_ptr<ClientExchange> begin(const Wanted& wanted = {}) {
    ClientStart start{.credentials = {wanted.user, Secret::copy_of(wanted.password)},
                      .nonce = wanted.nonce,
                      .binding_offered = wanted.binding_offered};
    if (!wanted.binding.empty()) {
        start.binding = {wanted.binding, Secret::copy_of(wanted.binding_octets)};
    }
    const std::string names[] = {std::string{wanted.mechanism}};
    const auto* mechanism = choose_client_mechanism({.offered = names, .can_bind = true});
    return mechanism->begin(std::move(start));
}

// What the client says, salting where it asks for that; or the fault.
Result<std::string, ClientFault> say(ClientExchange& client, std::string_view challenge) {
    auto answer = client.respond(challenge);
    if (!answer) return fail(answer.error());
    if (const auto* wanted = std::get_if<SaltPassword>(&*answer)) {
        return std::string{client.salted(salt(*wanted)).reveal()};
    }
    return std::string{std::get<Secret>(*answer).reveal()};
}

TEST(ClientScram, TheExchangeOfRfc7677IsSpokenWordForWord) {
    const auto client = begin();
    EXPECT_EQ(client->initial()->reveal(), "n,,n=user,r=" + kClientNonce);
    EXPECT_FALSE(client->initial());
    EXPECT_EQ(say(*client, kServerFirst),
              "c=biws,r=" + kBothNonces + ",p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=");
    EXPECT_FALSE(client->satisfied());
    EXPECT_EQ(say(*client, kServerFinal), "");
    EXPECT_TRUE(client->satisfied());
    EXPECT_EQ(say(*client, kServerFinal), fail(ClientFault::out_of_turn));
    EXPECT_FALSE(client->satisfied());
}

TEST(ClientScram, TheExchangeOfRfc5802IsSpokenWordForWord) {  // its section 5
    const std::string nonce = "fyko+d2lbbFgONRv9qkxdawL", both = nonce + "3rfcNHYJY1ZVvWVs7j";
    const auto client = begin({.mechanism = "SCRAM-SHA-1", .nonce = nonce});
    EXPECT_EQ(client->initial()->reveal(), "n,,n=user,r=" + nonce);
    EXPECT_EQ(say(*client, "r=" + both + ",s=QSXCR+Q6sek8bf92,i=4096"),
              "c=biws,r=" + both + ",p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=");
    EXPECT_EQ(say(*client, "v=rmF9pqV8S7suAoZWja4dJRkFsKQ="), "");
    EXPECT_TRUE(client->satisfied());
}

TEST(ClientScram, ThePasswordIsPreparedAndTheNameWrittenSoThatItIsRead) {
    const auto client = begin({.user = "o,ne=", .password = "I\u00ADX"});
    EXPECT_EQ(client->initial()->reveal(), "n,,n=o=2Cne=3D,r=" + kClientNonce);
    const auto answer = client->respond(kServerFirst);
    const auto& wanted = std::get<SaltPassword>(answer.value());
    EXPECT_EQ(wanted.password.reveal(), "IX");
    EXPECT_EQ(base64(wanted.salt), "W22ZaJ0SNY7soEsUEjb6gQ==");
    EXPECT_EQ(wanted.iterations, 4'096u);
}

// RFC 5802 §6.
TEST(ClientScram, TheFlagSaysWhyNothingIsBound) {
    struct Case {
        std::string_view mechanism;
        std::string binding;
        bool offered;
        std::string header;
    };
    const Case cases[] = {
        {"SCRAM-SHA-256", "", false, "n,,"},
        {"SCRAM-SHA-256", "", true, "n,,"},
        {"SCRAM-SHA-256", "tls-exporter", false, "y,,"},
        {"SCRAM-SHA-256", "tls-exporter", true, "n,,"},  // our settings forbid what binds
        {"SCRAM-SHA-256-PLUS", "tls-exporter", true, "p=tls-exporter,,"},
        {"SCRAM-SHA-256-PLUS", "tls-unique", true, "p=tls-unique,,"},
    };
    for (const auto& c : cases) {
        const auto client =
            begin({.mechanism = c.mechanism, .binding = c.binding, .binding_offered = c.offered});
        EXPECT_EQ(client->initial()->reveal(), c.header + "n=user,r=" + kClientNonce);
        const auto last = say(*client, kServerFirst);
        const bool bound = c.mechanism.ends_with("-PLUS");
        EXPECT_TRUE(last->starts_with("c=" + base64(c.header + (bound ? kExporter : "")) + ",r="))
            << *last;
    }
}

TEST(ClientScram, security_13_each_fault_of_the_first_message_ends_the_exchange) {
    using enum ClientFault;
    const std::string salt = ",s=W22ZaJ0SNY7soEsUEjb6gQ==,i=";
    struct Case {
        std::string message;
        ClientFault fault;
    };
    const Case cases[] = {
        {"", malformed},
        {"e=other-error", malformed},
        {"v=W22Z", malformed},
        {"m=x," + kServerFirst, malformed},
        {"r=" + kClientNonce + salt + "4096", not_proven},  // nothing of the server's own
        {"r=x" + kBothNonces + salt + "4096", not_proven},
        {"r=" + kServerNonce + salt + "4096", not_proven},  // a record of another exchange
        {"r=" + kClientNonce.substr(1) + kServerNonce + salt + "4096", not_proven},
        {"r=" + kBothNonces + salt + "1", iterations},
        {"r=" + kBothNonces + salt + "4095", iterations},
        {"r=" + kBothNonces + salt + "1000001", iterations},
        {"r=" + kBothNonces + salt + "4294971392", iterations},  // 2^32 + 4096
        {"r=" + kBothNonces + salt + "18446744073709551615", iterations},
    };
    for (const auto& c : cases) {
        const auto client = begin();
        client->initial();
        EXPECT_EQ(say(*client, c.message), fail(c.fault)) << c.message;
        EXPECT_EQ(say(*client, kServerFirst), fail(out_of_turn)) << "never tried again";
        EXPECT_FALSE(client->satisfied());
    }
}

TEST(ClientScram, TheBoundsOfTheRoundsAreTaken) {
    for (const auto rounds : {4'096u, SaltPassword::kMostIterations}) {
        const auto client = begin();
        client->initial();
        const auto answer =
            client->respond("r=" + kBothNonces + ",s=W22Z,i=" + std::to_string(rounds));
        EXPECT_EQ(std::get<SaltPassword>(answer.value()).iterations, rounds);
    }
}

TEST(ClientScram, security_13_a_server_that_does_not_know_the_password_is_not_believed) {
    using enum ClientFault;
    struct Case {
        std::string message;
        ClientFault fault;
    };
    const Case cases[] = {
        {"v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G5=", malformed},  // stray bits
        {"v=" + base64(std::string(32, 'x')), not_proven},
        {"v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95A==", not_proven},  // a part of it
        {"v=", malformed},
        {"", malformed},
        {"m=x," + kServerFinal, malformed},
        {kServerFirst, malformed},
        {"e=invalid-proof", refused},
        {"e=a word of its own", refused},
    };
    for (const auto& c : cases) {
        const auto client = begin();
        client->initial();
        ASSERT_TRUE(say(*client, kServerFirst).has_value());
        EXPECT_EQ(say(*client, c.message), fail(c.fault)) << c.message;
        EXPECT_EQ(say(*client, kServerFinal), fail(out_of_turn)) << "never tried again";
        EXPECT_FALSE(client->satisfied());
    }
}

TEST(ClientScram, security_13_a_success_is_not_believed_before_the_proof) {
    const auto client = begin();
    EXPECT_FALSE(client->satisfied());
    client->initial();
    EXPECT_FALSE(client->satisfied());
    ASSERT_TRUE(say(*client, kServerFirst).has_value());
    EXPECT_FALSE(client->satisfied());
}

// ---- against our own server

struct Site {
    std::string password = "pencil";
    bool offers_binding = false;
    std::string exporter = kExporter, unique = {};
};

// Turns both machines to the end, the server's keeper being this function.
std::string meet(ClientExchange& client, std::string_view mechanism, const Site& site) {
    Setting setting{.server_nonce = kServerNonce, .binding_offered = site.offers_binding};
    if (!site.exporter.empty()) setting.tls_exporter = Secret::copy_of(site.exporter);
    if (!site.unique.empty()) setting.tls_unique = Secret::copy_of(site.unique);
    const auto server = find_mechanism(mechanism)->begin(std::move(setting));
    const auto keys = scram::keys_of(kHash, crypto::pbkdf2(kHash, site.password, "salt", 4'096));
    auto step = server->resume(ClientMessage{client.initial()});
    if (std::get_if<LookUpSalt>(&step)) step = server->resume(SaltFound{"salt", 4'096});
    if (const auto* first = std::get_if<Challenge>(&step)) {
        step = server->resume(ClientMessage{Secret{say(client, first->octets).value()}});
    }
    if (const auto* asked = std::get_if<CheckProof>(&step)) {
        const auto key = scram::unmask(kHash, keys.stored_key, asked->auth_message, asked->proof);
        const bool right = crypto::digest(kHash, key.reveal()) == keys.stored_key;
        step = server->resume(
            ProofChecked{right, crypto::hmac(kHash, keys.server_key, asked->auth_message)});
    }
    if (const auto* denied = std::get_if<Denied>(&step)) {
        return denied->reason == Reason::channel_binding ? "binding" : "denied";
    }
    const auto& granted = std::get<Granted>(step);
    const bool said = say(client, granted.octets) == "";
    return said && client.satisfied() ? "both proven: " + granted.identity.authcid : "unproven";
}

TEST(ClientScram, OurServerAndOurClientProveThemselvesToEachOther) {
    const auto client = begin({.user = "a,nn=\u00FC"});
    EXPECT_EQ(meet(*client, "SCRAM-SHA-256", {}), "both proven: a,nn=\u00FC");
    const auto wrong = begin({.password = "pen"});
    EXPECT_EQ(meet(*wrong, "SCRAM-SHA-256", {}), "denied");
}

TEST(ClientScram, OurServerAndOurClientAgreeAboutTheirConnection) {
    const auto plus = [](std::string type, std::string octets) {
        return begin({.mechanism = "SCRAM-SHA-256-PLUS",
                      .binding = std::move(type),
                      .binding_octets = std::move(octets),
                      .binding_offered = true});
    };
    const Site site{.offers_binding = true, .unique = kUnique};
    EXPECT_EQ(meet(*plus("tls-exporter", kExporter), "SCRAM-SHA-256-PLUS", site),
              "both proven: user");
    EXPECT_EQ(meet(*plus("tls-unique", kUnique), "SCRAM-SHA-256-PLUS", site), "both proven: user");
    EXPECT_EQ(meet(*plus("tls-exporter", std::string(32, 'x')), "SCRAM-SHA-256-PLUS", site),
              "binding");
}

TEST(ClientScram, security_13_an_offer_that_was_edited_on_the_way_is_found_out_by_our_server) {
    // The client could bind, and was not told that the server can.
    const auto client = begin({.binding = "tls-exporter", .binding_offered = false});
    EXPECT_EQ(meet(*client, "SCRAM-SHA-256", {.offers_binding = true}), "binding");
    const auto honest = begin({.binding = "tls-exporter", .binding_offered = false});
    EXPECT_EQ(meet(*honest, "SCRAM-SHA-256", {.offers_binding = false}), "both proven: user");
    // It could, was told, and is not allowed to by its settings: no reason for alarm.
    const auto restricted = begin({.binding = "tls-exporter", .binding_offered = true});
    EXPECT_EQ(meet(*restricted, "SCRAM-SHA-256", {.offers_binding = true}), "both proven: user");
}

}  // namespace
}  // namespace signet::sasl
