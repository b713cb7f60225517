#include "identity/verifiers.h"

#include "base/base64.h"
#include "base/text.h"

#include <gtest/gtest.h>

#include <set>

namespace signet::identity {
namespace {

constexpr auto kKind = sasl::ProofKind::scram_sha256;
constexpr auto kHash = crypto::Hash::sha256;

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
Verifiers site(unsigned iterations = 4'096, char key = 'k') {
    return Verifiers{Secret{std::string(32, key)}, {iterations}};
}

// RFC 2195 §2.
TEST(Verifiers, ACramProofIsRightForItsPasswordAlone) {
    const auto cram = sasl::ProofKind::cram_md5;
    const auto verifier = make_cram_verifier(secret("tanstaaftanstaaf"));
    const std::string challenge = "<1896.697170952@postoffice.reston.mci.net>";
    const auto proof = *unhex("b913a602c7eda7a495b4e6e7334d3890");
    EXPECT_EQ(check_proof(verifier, cram, challenge, proof), "");
    EXPECT_FALSE(check_proof(verifier, cram, challenge + "x", proof));
    EXPECT_FALSE(check_proof(verifier, cram, challenge, proof.substr(1)));
    EXPECT_FALSE(check_proof(verifier, cram, challenge, ""));
    EXPECT_FALSE(check_proof(make_cram_verifier(secret("other")), cram, challenge, proof));
    EXPECT_FALSE(check_proof(verifier, kKind, challenge, proof));
    EXPECT_FALSE(check_proof(kExample, cram, challenge, proof));
    for (const auto* bad : {"", "CRAM-MD5$", "CRAM-MD5$zz", "CRAM-MD5$00"}) {
        EXPECT_FALSE(check_proof(bad, cram, challenge, proof)) << bad;
    }
    EXPECT_FALSE(check_proof(site().decoy_text(cram, "tim"), cram, challenge, proof));
}

TEST(Verifiers, AScramProofIsRightForAVerifierOfItsKind) {
    EXPECT_TRUE(check_proof(kExample, kKind, kAuthMessage, kProof));
    EXPECT_FALSE(check_proof(kExample, sasl::ProofKind::scram_sha512, kAuthMessage, kProof));
    EXPECT_FALSE(check_proof("", kKind, kAuthMessage, kProof));
    EXPECT_FALSE(check_proof(site().decoy_text(kKind, "user"), kKind, kAuthMessage, kProof));
}

// A client is shown one salt and one number of rounds, whichever credential it means.
TEST(Verifiers, AllCredentialsOfAnAccountShareSaltAndRounds) {
    const Verifiers old{Secret{std::string(32, 'k')},
                        {4'096, {kKind, sasl::ProofKind::scram_sha1}}};
    Account account;
    account.name = "ann";
    old.renew(account, account.password(), secret("pencil"));
    EXPECT_EQ(account.password().verifiers.size(), 2u);
    Credential printer{.id = "printer", .kind = CredentialKind::app_password};
    site(9'000).renew(account, printer, secret("letters"));
    ASSERT_EQ(printer.verifiers.size(), 1u) << "of the kinds that are kept now";
    const auto first = *parse_scram_verifier(account.password().verifier(kKind));
    const auto second = *parse_scram_verifier(printer.verifier(kKind));
    EXPECT_EQ(first.salt, second.salt);
    EXPECT_EQ(first.iterations, second.iterations);
    account.credentials.push_back(printer);
    EXPECT_FALSE(site(9'000).outdated(account, account.password())) << "it is not alone";
    account.credentials.pop_back();
    EXPECT_TRUE(site(9'000).outdated(account, account.password()));
}

TEST(Verifiers, AnAccountCountsByItsPasswords) {
    const auto count = [](const Account& account) {
        VerifierCount made;
        count_verifiers(account, kKind, made);
        return made;
    };
    Account account;
    account.name = "ann";
    EXPECT_EQ(count(account), VerifierCount{}) << "it has no password";
    account.password().secret = "hash";
    EXPECT_EQ(count(account), (VerifierCount{1, {}}));
    account.password().verifiers = {kExample};
    EXPECT_EQ(count(account), (VerifierCount{0, {{4'096, 1}}}));
    account.credentials.push_back({.id = "p", .kind = CredentialKind::app_password});
    EXPECT_EQ(count(account), (VerifierCount{1, {{4'096, 1}}}));
    account.credentials.back().state = CredentialState::revoked;
    EXPECT_EQ(count(account), (VerifierCount{0, {{4'096, 1}}}));
    account.credentials.push_back({.id = "c", .kind = CredentialKind::certificate});
    EXPECT_EQ(count(account), (VerifierCount{0, {{4'096, 1}}}));
    account.enabled = false;
    EXPECT_EQ(count(account), VerifierCount{});
}

TEST(Verifiers, WhatTheyMakeOpensWithThePasswordInEverySpelling) {
    const auto made = *parse_scram_verifier(site().make(kKind, "ann", secret("cafe\u0301")));
    EXPECT_EQ(made, *parse_scram_verifier(site().make(kKind, "ann", secret("caf\u00E9"))));
    EXPECT_EQ(made.iterations, 4'096u);
    EXPECT_EQ(made.salt.size(), 16u);
    EXPECT_NE(made, *parse_scram_verifier(site().make(kKind, "ann", secret("cafe"))));
    EXPECT_NE(made.salt, parse_scram_verifier(site().make(kKind, "bob", secret("x")))->salt);
    EXPECT_NE(made.salt,
              parse_scram_verifier(site(4'096, 'j').make(kKind, "ann", secret("x")))->salt);
}

TEST(Verifiers, AVerifierIsRenewedWhenItIsMissingOrTooCheapAndDroppedWhenNoneIsKept) {
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
        account.password().set_verifier(sasl::ProofKind::scram_sha256, c.verifier);
        EXPECT_EQ(site(c.iterations).outdated(account, account.password()), c.outdated)
            << c.verifier << c.iterations;
    }
    EXPECT_EQ(site(0).make(kKind, "ann", secret("x")), "");
    EXPECT_FALSE(site(0).kept());
}

TEST(Verifiers, security_12_a_salt_is_the_same_before_there_is_a_verifier_and_after) {
    const VerifierCount census{.without = 1, .by_iterations = {{4'096, 7}}};
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

TEST(Verifiers, security_12_decoys_ask_for_rounds_as_often_as_accounts_do) {
    const VerifierCount census{.without = 0, .by_iterations = {{4'096, 30}, {10'000, 10}}};
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

TEST(Verifiers, security_13_no_proof_opens_a_decoy) {
    const auto decoy = site().decoy(kKind, "nobody", {});
    // The proof of somebody who knows "the password", whatever it is, over the decoy's salt.
    const auto guess = make_scram_verifier(kKind, secret("pencil"), decoy.salt, decoy.iterations);
    const auto salted = crypto::pbkdf2(kHash, "pencil", decoy.salt, decoy.iterations);
    auto proof = crypto::hmac(kHash, guess.stored_key, kAuthMessage);
    const auto client_key = crypto::hmac(kHash, salted.reveal(), "Client Key");
    for (std::size_t i = 0; i < proof.size(); ++i) proof[i] ^= client_key[i];
    EXPECT_TRUE(check_scram_proof(guess, kAuthMessage, proof));
    EXPECT_FALSE(check_scram_proof(decoy, kAuthMessage, proof));
}

}  // namespace
}  // namespace signet::identity
