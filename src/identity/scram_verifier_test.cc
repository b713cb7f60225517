#include "identity/scram_verifier.h"

#include "base/base64.h"

#include <gtest/gtest.h>

#include <set>

namespace signet::identity {
namespace {

constexpr auto kKind = sasl::ProofKind::scram_sha256;

// RFC 7677 §3: "user" and "pencil".
const std::string kExample =
    "SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:"
    "wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=";
const std::string kAuthMessage =
    "n=user,r=rOprNGfwEbeRWgbNEkqO,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
    "s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096,"
    "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
const std::string kProof = *unbase64("dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=");

Secret secret(std::string_view text) { return Secret::copy_of(text); }
TEST(ScramVerifier, TheExampleOfRfc7677IsMadeReadAndWritten) {
    const auto made =
        make_scram_verifier(kKind, secret("pencil"), *unbase64("W22ZaJ0SNY7soEsUEjb6gQ=="), 4'096);
    EXPECT_EQ(text_of(made), kExample);
    EXPECT_EQ(parse_scram_verifier(kExample), made);
}

TEST(ScramVerifier, TheProofOfRfc7677IsRightAndSignedInTurn) {
    const auto verifier = *parse_scram_verifier(kExample);
    const auto signature = check_scram_proof(verifier, kAuthMessage, kProof);
    ASSERT_TRUE(signature);
    EXPECT_EQ(base64(*signature), "6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=");
}

TEST(ScramVerifier, security_13_every_changed_proof_and_message_is_wrong) {
    const auto verifier = *parse_scram_verifier(kExample);
    for (std::size_t i = 0; i < kProof.size(); ++i) {
        auto proof = kProof;
        proof[i] = static_cast<char>(proof[i] ^ 1);
        EXPECT_FALSE(check_scram_proof(verifier, kAuthMessage, proof)) << i;
        EXPECT_FALSE(check_scram_proof(verifier, kAuthMessage, kProof.substr(0, i))) << i;
    }
    EXPECT_FALSE(check_scram_proof(verifier, kAuthMessage, kProof + "x"));
    EXPECT_FALSE(check_scram_proof(verifier, kAuthMessage + "x", kProof));
    EXPECT_FALSE(check_scram_proof(verifier, "", kProof));
    // What a thief of the database has is no proof.
    EXPECT_FALSE(check_scram_proof(verifier, kAuthMessage, verifier.stored_key));
    EXPECT_FALSE(check_scram_proof(verifier, kAuthMessage, std::string(32, '\0')));
}

TEST(ScramVerifier, security_13_what_is_out_of_bounds_or_form_is_none) {
    const auto replaced = [](std::string_view what, std::string_view by) {
        auto text = kExample;
        text.replace(text.find(what), what.size(), by);
        return text;
    };
    const std::string cases[] = {
        "",
        "SCRAM-SHA-256",
        kExample + "$",
        kExample + ":AAAA",
        " " + kExample,
        kExample + "\n",
        replaced("SCRAM-SHA-256", "SCRAM-SHA-1"),
        replaced("SCRAM-SHA-256", "scram-sha-256"),
        replaced("SCRAM-SHA-256", "SCRAM-SHA-512"),  // its keys are longer
        replaced("$4096", "$4095"),
        replaced("$4096", "$0"),
        replaced("$4096", "$"),
        replaced("$4096", "$-4096"),
        replaced("$4096", "$04096"),
        replaced("$4096", "$10000001"),
        replaced("$4096", "$99999999999999999999999"),
        replaced("W22ZaJ0SNY7soEsUEjb6gQ==", ""),
        replaced("W22ZaJ0SNY7soEsUEjb6gQ==", "W22ZaJ0S"),
        replaced("W22ZaJ0SNY7soEsUEjb6gQ==", base64(std::string(65, 's'))),
        replaced("W22ZaJ0SNY7soEsUEjb6gQ==", "W22ZaJ0SNY7soEsUEjb6gQ"),
        replaced("$WG5d", "$WG5"),
        replaced("wfPL", ""),
        replaced("wfPL", "wfPLAAAA"),
        replaced("wfPL", "####"),
    };
    for (const auto& text : cases) EXPECT_FALSE(parse_scram_verifier(text)) << text;
    for (const auto* right : {"4096", "10000000"}) {
        EXPECT_TRUE(parse_scram_verifier(replaced("4096", right))) << right;
    }
}

}  // namespace
}  // namespace signet::identity
