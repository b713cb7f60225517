#include "base/base64.h"
#include "sasl/mechanism.h"
#include "sasl/scram_keys.h"

#include <gtest/gtest.h>

#include <functional>

namespace signet::sasl {
namespace {

using namespace std::string_literals;
constexpr auto kHash = crypto::Hash::sha256;

// The example exchange of RFC 7677 §3: login "user", password "pencil".
const std::string kClientNonce = "rOprNGfwEbeRWgbNEkqO";
const std::string kServerNonce = "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
const std::string kClientFirst = "n,,n=user,r=" + kClientNonce;
const std::string kServerFirst =
    "r=" + kClientNonce + kServerNonce + ",s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096";
const std::string kClientFinal =
    "c=biws,r=" + kClientNonce + kServerNonce + ",p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=";
const std::string kServerFinal = "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=";
const std::string kExporter(32, 'e'), kUnique(12, 'u');

// What a client computes, and what a keeper checks: RFC 5802 §3.
struct Keys {
    explicit Keys(std::string_view password) {
        const auto salted = crypto::pbkdf2(kHash, password, salt, iterations);
        client = crypto::hmac(kHash, salted.reveal(), "Client Key");
        stored = crypto::digest(kHash, client);
        server = crypto::hmac(kHash, salted.reveal(), "Server Key");
    }
    std::string proof(std::string_view auth_message) const {
        auto made = crypto::hmac(kHash, stored, auth_message);
        for (std::size_t i = 0; i < made.size(); ++i) made[i] ^= client[i];
        return made;
    }
    std::string salt = *unbase64("W22ZaJ0SNY7soEsUEjb6gQ==");
    unsigned iterations = 4'096;
    std::string client, stored, server;
};

ClientMessage says(std::string octets) { return {Secret{std::move(octets)}}; }

struct Bindings {
    std::string exporter = {}, unique = {};
    bool offered = false;
};
std::unique_ptr<Exchange> scram(std::string_view mechanism, const Bindings& bindings = {}) {
    Setting setting{.server_nonce = kServerNonce, .binding_offered = bindings.offered};
    if (!bindings.exporter.empty()) setting.tls_exporter = Secret::copy_of(bindings.exporter);
    if (!bindings.unique.empty()) setting.tls_unique = Secret::copy_of(bindings.unique);
    return find_mechanism(mechanism)->begin(std::move(setting));
}
std::unique_ptr<Exchange> plain_scram() { return scram("SCRAM-SHA-256"); }

// Turns the machine to its end, as a keeper with the keys of `password` answers it.
Step play(Exchange& exchange, std::string first, std::string last, std::string_view password) {
    const Keys keys{password};
    auto step = exchange.resume(says(std::move(first)));
    if (std::get_if<LookUpSalt>(&step)) {
        step = exchange.resume(SaltFound{keys.salt, keys.iterations});
    }
    if (std::get_if<Challenge>(&step)) step = exchange.resume(says(std::move(last)));
    if (const auto* asked = std::get_if<CheckProof>(&step)) {
        if (asked->proof != keys.proof(asked->auth_message)) {
            return exchange.resume(ProofChecked{});
        }
        return exchange.resume(
            ProofChecked{true, crypto::hmac(kHash, keys.server, asked->auth_message)});
    }
    return step;
}

Reason why(const Step& step) { return std::get<Denied>(step).reason; }

TEST(Scram, TheExchangeOfRfc7677IsGrantedAndTheServerProvesItselfInTurn) {
    auto exchange = plain_scram();
    const auto asked = exchange->resume(says(kClientFirst));
    EXPECT_EQ(std::get<LookUpSalt>(asked).authcid, "user");
    EXPECT_EQ(std::get<LookUpSalt>(asked).kind, ProofKind::scram_sha256);
    const Keys keys{"pencil"};
    const auto first = exchange->resume(SaltFound{keys.salt, keys.iterations});
    EXPECT_EQ(std::get<Challenge>(first).octets, kServerFirst);
    const auto check = exchange->resume(says(kClientFinal));
    const auto& proof = std::get<CheckProof>(check);
    EXPECT_EQ(proof.auth_message, "n=user,r=" + kClientNonce + "," + kServerFirst +
                                      ",c=biws,r=" + kClientNonce + kServerNonce);
    EXPECT_EQ(proof.proof, keys.proof(proof.auth_message));
    const auto granted =
        exchange->resume(ProofChecked{true, crypto::hmac(kHash, keys.server, proof.auth_message)});
    EXPECT_EQ(std::get<Granted>(granted).identity.authcid, "user");
    EXPECT_EQ(std::get<Granted>(granted).octets, kServerFinal);
}

// RFC 5802 §5 for SHA-1; for SHA-512, of which no standard has an example, the exchange of RFC 7677
// computed by Python's hashlib.
TEST(Scram, TheExchangeHoldsWithEachDigest) {
    struct Case {
        ProofKind kind;
        std::string client_nonce, server_nonce, salt, proof, signature;
    };
    const Case cases[] = {
        {ProofKind::scram_sha1, "fyko+d2lbbFgONRv9qkxdawL", "3rfcNHYJY1ZVvWVs7j",
         "QSXCR+Q6sek8bf92", "v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=", "rmF9pqV8S7suAoZWja4dJRkFsKQ="},
        {
            ProofKind::scram_sha512,
            kClientNonce,
            kServerNonce,
            "W22ZaJ0SNY7soEsUEjb6gQ==",
            "gMGXRcevScNtxZ6/"
            "8lQYpGtnsNAc3mGcmNomv+xnoOMw+3R2xNJdMNnzMlTN8PPC6wdp6dybEmDYXYTxwnYPJQ==",
            "ZQnYEgWQMFmmsM8aQMF0nDDCy/"
            "AgCzkwk8CmMZYcMg0vSVlKDanekLtifDSeVGT4+5ZxXnJq199RVG2rR7N7Zw==",
        },
    };
    for (const auto& c : cases) {
        const auto hash = scram_hash(c.kind).value();
        auto exchange = find_mechanism(name(c.kind))->begin({.server_nonce = c.server_nonce});
        const auto wanted = exchange->resume(says("n,,n=user,r=" + c.client_nonce));
        EXPECT_EQ(std::get<LookUpSalt>(wanted).kind, c.kind);
        exchange->resume(SaltFound{*unbase64(c.salt), 4'096});
        const auto nonce = c.client_nonce + c.server_nonce;
        const auto step = exchange->resume(says("c=biws,r=" + nonce + ",p=" + c.proof));
        const auto& asked = std::get<CheckProof>(step);
        EXPECT_EQ(asked.kind, c.kind);
        const auto salted = crypto::pbkdf2(hash, "pencil", *unbase64(c.salt), 4'096);
        const auto keys = scram::keys_of(hash, salted);
        EXPECT_EQ(scram::unmask(hash, keys.stored_key, asked.auth_message, asked.proof).reveal(),
                  keys.client_key.reveal());
        const auto last = exchange->resume(
            ProofChecked{true, crypto::hmac(hash, keys.server_key, asked.auth_message)});
        EXPECT_EQ(std::get<Granted>(last).octets, "v=" + c.signature);
    }
}

TEST(Scram, WithoutAnInitialResponseAnEmptyChallengeAsksForIt) {
    auto exchange = plain_scram();
    EXPECT_EQ(std::get<Challenge>(exchange->resume(ClientMessage{})).octets, "");
    const auto step = play(*exchange, kClientFirst, kClientFinal, "pencil");
    EXPECT_TRUE(std::holds_alternative<Granted>(step));
    auto impatient = plain_scram();
    impatient->resume(ClientMessage{});
    EXPECT_EQ(why(impatient->resume(ClientMessage{})), Reason::out_of_turn);
}

TEST(Scram, WhoIsToBeActedAsIsHandedOn) {
    auto exchange = plain_scram();
    const auto step = exchange->resume(says("n,a=bo=2Cb,n=us=3Der,r=" + kClientNonce));
    EXPECT_EQ(std::get<LookUpSalt>(step).authcid, "us=er");
    exchange->resume(SaltFound{"salt", 4'096});
    // "n,a=bo=2Cb," is what "c=" must repeat.
    const auto check = exchange->resume(says("c=" + base64("n,a=bo=2Cb,") + ",r=" + kClientNonce +
                                             kServerNonce + ",p=" + base64(std::string(32, 'p'))));
    EXPECT_EQ(std::get<CheckProof>(check).identity.authzid, "bo,b");
    EXPECT_EQ(std::get<CheckProof>(check).identity.authcid, "us=er");
}

TEST(Scram, security_13_every_changed_final_fails) {
    const auto nonce = kClientNonce + kServerNonce;
    const auto proof = kClientFinal.substr(kClientFinal.find(",p="));
    struct Case {
        std::string what, last;
        Reason reason;
    };
    const Case cases[] = {
        {"client nonce alone", "c=biws,r=" + kClientNonce + proof, Reason::malformed},
        {"server nonce alone", "c=biws,r=" + kServerNonce + proof, Reason::malformed},
        {"nonce longer", "c=biws,r=" + nonce + "x" + proof, Reason::malformed},
        {"nonce of other case", "c=biws,r=R" + nonce.substr(1) + proof, Reason::malformed},
        {"no nonce", "c=biws" + proof, Reason::malformed},
        {"y for n", "c=eSws,r=" + nonce + proof, Reason::channel_binding},
        {"another authzid", "c=" + base64("n,a=root,") + ",r=" + nonce + proof,
         Reason::channel_binding},
        {"binding added", "c=" + base64("n,,x") + ",r=" + nonce + proof, Reason::channel_binding},
        {"binding promised", "c=" + base64("p=tls-unique,,") + ",r=" + nonce + proof,
         Reason::channel_binding},
        {"proof cut short", "c=biws,r=" + nonce + ",p=" + base64(std::string(31, 'p')),
         Reason::malformed},
        {"proof too long", "c=biws,r=" + nonce + ",p=" + base64(std::string(33, 'p')),
         Reason::malformed},
        {"empty proof", "c=biws,r=" + nonce + ",p=", Reason::malformed},
        {"no proof", "c=biws,r=" + nonce, Reason::malformed},
        {"proof of zeros", "c=biws,r=" + nonce + ",p=" + base64(std::string(32, '\0')),
         Reason::credentials},
        {"one bit of the proof",
         kClientFinal.substr(0, kClientFinal.size() - 2) + "U=", Reason::credentials},
        {"a stray bit, as no base 64 has",
         kClientFinal.substr(0, kClientFinal.size() - 2) + "R=", Reason::malformed},
        {"first octet of the proof", "c=biws,r=" + nonce + ",p=e" + proof.substr(4),
         Reason::credentials},
        {"an extension the proof does not cover", "c=biws,r=" + nonce + ",x=y" + proof,
         Reason::credentials},
        {"m=", "c=biws,r=" + nonce + ",m=y" + proof, Reason::malformed},
        {"order", "r=" + nonce + ",c=biws" + proof, Reason::malformed},
        {"nothing", "", Reason::malformed},
    };
    for (const auto& c : cases) {
        auto exchange = plain_scram();
        const auto step = play(*exchange, kClientFirst, c.last, "pencil");
        ASSERT_TRUE(std::holds_alternative<Denied>(step)) << c.what;
        EXPECT_EQ(why(step), c.reason) << c.what;
        EXPECT_EQ(std::get<Denied>(step).authcid, "user") << c.what;
        EXPECT_EQ(why(exchange->resume(says(kClientFinal))), Reason::out_of_turn) << c.what;
    }
    auto exchange = plain_scram();
    EXPECT_EQ(why(play(*exchange, kClientFirst, kClientFinal, "crayon")), Reason::credentials);
}

TEST(Scram, security_13_a_whole_exchange_played_again_fails) {
    auto exchange = find_mechanism("SCRAM-SHA-256")->begin({.server_nonce = std::string(24, 'n')});
    EXPECT_EQ(why(play(*exchange, kClientFirst, kClientFinal, "pencil")), Reason::malformed);
    // Nor does the proof fit when only the nonce is made to.
    auto last = kClientFinal;
    last.replace(last.find(kServerNonce), kServerNonce.size(), std::string(24, 'n'));
    exchange = find_mechanism("SCRAM-SHA-256")->begin({.server_nonce = std::string(24, 'n')});
    EXPECT_EQ(why(play(*exchange, kClientFirst, last, "pencil")), Reason::credentials);
}

// A client's two messages for a binding of its own choice, over what the server says.
Step play_bound(std::string_view mechanism, const Bindings& ours, const std::string& flag,
                const std::string& data) {
    const Keys keys{"pencil"};
    auto exchange = scram(mechanism, ours);
    auto step = exchange->resume(says(flag + ",,n=user,r=" + kClientNonce));
    if (!std::get_if<LookUpSalt>(&step)) return step;
    step = exchange->resume(SaltFound{keys.salt, keys.iterations});
    const auto without_proof =
        "c=" + base64(flag + ",," + data) + ",r=" + kClientNonce + kServerNonce;
    const auto auth_message = "n=user,r=" + kClientNonce + "," + kServerFirst + "," + without_proof;
    step = exchange->resume(says(without_proof + ",p=" + base64(keys.proof(auth_message))));
    const auto* asked = std::get_if<CheckProof>(&step);
    if (!asked) return step;
    EXPECT_EQ(asked->proof, keys.proof(asked->auth_message));
    return exchange->resume(ProofChecked{true, "signature"});
}

TEST(Scram, AnExchangeIsTiedToItsConnectionByEitherBinding) {
    const Bindings both{kExporter, kUnique, true};
    for (const auto& [flag, data] :
         {std::pair{"p=tls-exporter"s, kExporter}, std::pair{"p=tls-unique"s, kUnique}}) {
        const auto step = play_bound("SCRAM-SHA-256-PLUS", both, flag, data);
        EXPECT_TRUE(std::holds_alternative<Granted>(step)) << flag;
    }
    // A client that cannot bind may use the plain mechanism, although we could.
    EXPECT_TRUE(std::holds_alternative<Granted>(play_bound("SCRAM-SHA-256", both, "n", "")));
    EXPECT_TRUE(std::holds_alternative<Granted>(play_bound("SCRAM-SHA-256", {}, "y", "")));
}

TEST(Scram, security_13_a_binding_that_is_wrong_missing_or_stripped_is_refused) {
    const Bindings both{kExporter, kUnique, true}, modern{kExporter, "", true};
    struct Case {
        std::string what, mechanism;
        Bindings ours;
        std::string flag, data;
    };
    const Case cases[] = {
        {"another connection", "SCRAM-SHA-256-PLUS", both, "p=tls-exporter", std::string(32, 'x')},
        {"cut short", "SCRAM-SHA-256-PLUS", both, "p=tls-exporter", kExporter.substr(1)},
        {"left out", "SCRAM-SHA-256-PLUS", both, "p=tls-exporter", ""},
        {"made longer", "SCRAM-SHA-256-PLUS", both, "p=tls-exporter", kExporter + "e"},
        {"of the other kind", "SCRAM-SHA-256-PLUS", both, "p=tls-unique", kExporter},
        {"kind that we do not have", "SCRAM-SHA-256-PLUS", modern, "p=tls-unique", kUnique},
        {"empty, as that kind would be", "SCRAM-SHA-256-PLUS", modern, "p=tls-unique", ""},
        {"kind that nobody has", "SCRAM-SHA-256-PLUS", both, "p=tls-server-end-point", kExporter},
        {"kind of another case", "SCRAM-SHA-256-PLUS", both, "p=TLS-Exporter", kExporter},
        {"n with -PLUS", "SCRAM-SHA-256-PLUS", both, "n", ""},
        {"y with -PLUS", "SCRAM-SHA-256-PLUS", both, "y", ""},
        {"y although -PLUS was offered", "SCRAM-SHA-256", both, "y", ""},
        {"p without -PLUS", "SCRAM-SHA-256", both, "p=tls-exporter", kExporter},
    };
    for (const auto& c : cases) {
        const auto step = play_bound(c.mechanism, c.ours, c.flag, c.data);
        ASSERT_TRUE(std::holds_alternative<Denied>(step)) << c.what;
        EXPECT_EQ(why(step), Reason::channel_binding) << c.what;
        EXPECT_EQ(std::get<Denied>(step).authcid, "user") << c.what;
    }
}

TEST(Scram, TurnedInAnyWrongOrderItSaysSoAndStaysSpent) {
    using Turn = std::function<Step(Exchange&)>;
    const Turn first = [](Exchange& e) { return e.resume(says(kClientFirst)); };
    const Turn salt = [](Exchange& e) { return e.resume(SaltFound{"salt", 4'096}); };
    const Turn last = [](Exchange& e) { return e.resume(says(kClientFinal)); };
    const Turn proof = [](Exchange& e) { return e.resume(ProofChecked{true, "signature"}); };
    const Turn password = [](Exchange& e) { return e.resume(Checked{true}); };
    const Turn nothing = [](Exchange& e) { return e.resume(ClientMessage{}); };
    const std::vector<std::vector<Turn>> cases = {
        {salt},
        {proof},
        {password},
        {first, first},
        {first, last},
        {first, proof},
        {first, password},
        {first, salt, salt},
        {first, salt, proof},
        {first, salt, password},
        {first, salt, nothing},
        {first, salt, last, last},
        {first, salt, last, salt},
        {first, salt, last, password},
        {first, salt, last, proof, proof},
        {first, salt, last, proof, first},
    };
    for (std::size_t i = 0; i < cases.size(); ++i) {
        auto exchange = plain_scram();
        for (std::size_t at = 0; at + 1 < cases[i].size(); ++at) {
            EXPECT_FALSE(std::holds_alternative<Denied>(cases[i][at](*exchange))) << i;
        }
        EXPECT_EQ(why(cases[i].back()(*exchange)), Reason::out_of_turn) << i;
        for (const auto& turn : {first, salt, last, proof}) {
            EXPECT_EQ(why(turn(*exchange)), Reason::out_of_turn) << i;
        }
    }
}

}  // namespace
}  // namespace signet::sasl
