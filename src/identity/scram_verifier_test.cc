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
ScramVerifiers site(unsigned iterations = 4'096, char key = 'k') {
    return {Secret{std::string(32, key)}, iterations};
}

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

TEST(ScramVerifiers, WhatTheyMakeOpensWithThePasswordInEverySpelling) {
    const auto made = *parse_scram_verifier(site().make(kKind, "ann", secret("cafe\u0301")));
    EXPECT_EQ(made, *parse_scram_verifier(site().make(kKind, "ann", secret("caf\u00E9"))));
    EXPECT_EQ(made.iterations, 4'096u);
    EXPECT_EQ(made.salt.size(), 16u);
    EXPECT_NE(made, *parse_scram_verifier(site().make(kKind, "ann", secret("cafe"))));
    EXPECT_NE(made.salt, parse_scram_verifier(site().make(kKind, "bob", secret("x")))->salt);
    EXPECT_NE(made.salt,
              parse_scram_verifier(site(4'096, 'j').make(kKind, "ann", secret("x")))->salt);
}

TEST(ScramVerifiers, AVerifierIsRenewedWhenItIsMissingOrTooCheapAndDroppedWhenNoneIsKept) {
    struct Case {
        std::string verifier;
        unsigned iterations;
        bool outdated;
    };
    const Case cases[] = {{"", 4'096, true},       {kExample, 4'096, false},
                          {kExample, 5'000, true}, {"nonsense", 4'096, true},
                          {kExample, 0, true},     {"", 0, false}};
    for (const auto& c : cases) {
        Account account;
        account.scram_sha256 = c.verifier;
        EXPECT_EQ(site(c.iterations).outdated(account), c.outdated) << c.verifier << c.iterations;
    }
    EXPECT_EQ(site(0).make(kKind, "ann", secret("x")), "");
    EXPECT_FALSE(site(0).kept());
}

TEST(ScramVerifiers, security_12_a_salt_is_the_same_before_there_is_a_verifier_and_after) {
    const ScramCensus census{.without = 1, .by_iterations = {{4'096, 7}}};
    const auto before = site().decoy(kKind, "ann", census);
    const auto after = *parse_scram_verifier(site().make(kKind, "ann", secret("pencil")));
    EXPECT_EQ(before.salt, after.salt);
    EXPECT_EQ(before.iterations, after.iterations);
    // Neither another process with the same key nor the state of others changes it.
    EXPECT_EQ(site().decoy(kKind, "ann", {.without = 9, .by_iterations = {{4'096, 2}}}).salt,
              before.salt);
    EXPECT_EQ(site().decoy(kKind, "ann", {}).salt, before.salt);
    EXPECT_NE(site().decoy(kKind, "bob", census).salt, before.salt);
    EXPECT_NE(site(4'096, 'j').decoy(kKind, "ann", census).salt, before.salt);
}

TEST(ScramVerifiers, security_12_decoys_ask_for_rounds_as_often_as_accounts_do) {
    const ScramCensus census{.without = 0, .by_iterations = {{4'096, 30}, {10'000, 10}}};
    unsigned few = 0;
    for (int i = 0; i < 1'000; ++i) {
        const auto name = "nobody" + std::to_string(i);
        const auto decoy = site(50'000).decoy(kKind, name, census);
        ASSERT_TRUE(decoy.iterations == 4'096 || decoy.iterations == 10'000);
        few += decoy.iterations == 4'096;
        EXPECT_EQ(site(50'000).decoy(kKind, name, census), decoy);
    }
    EXPECT_GT(few, 650u);
    EXPECT_LT(few, 850u);
}

TEST(ScramVerifiers, security_13_no_proof_opens_a_decoy) {
    const auto decoy = site().decoy(kKind, "nobody", {});
    // The proof of somebody who knows "the password", whatever it is, over the decoy's salt.
    const auto guess = make_scram_verifier(kKind, secret("pencil"), decoy.salt, decoy.iterations);
    const auto salted = crypto::pbkdf2(kKind, "pencil", decoy.salt, decoy.iterations);
    auto proof = crypto::hmac(kKind, guess.stored_key, kAuthMessage);
    const auto client_key = crypto::hmac(kKind, salted.reveal(), "Client Key");
    for (std::size_t i = 0; i < proof.size(); ++i) proof[i] ^= client_key[i];
    EXPECT_TRUE(check_scram_proof(guess, kAuthMessage, proof));
    EXPECT_FALSE(check_scram_proof(decoy, kAuthMessage, proof));
}

}  // namespace
}  // namespace signet::identity
