// SCRAM within the client's conversation: what goes out, and what a server must show before it gets
// a message.
#include "base/base64.h"
#include "smtp/client_play.h"

#include <gtest/gtest.h>

namespace signet::smtp {
namespace {

// RFC 7677 §3.
const std::string kServerFirst =
    "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096";
const std::string kClientFinal =
    "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
    "p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=";
const std::string kServerFinal = "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=";
const std::string kEhlo = "250-mx\r\n250 AUTH LOGIN PLAIN SCRAM-SHA-256\r\n";
const std::string kPlusEhlo = "250-mx\r\n250 AUTH PLAIN SCRAM-SHA-256 SCRAM-SHA-256-PLUS\r\n";

std::string challenge(std::string_view octets) { return "334 " + base64(octets) + "\r\n"; }

World world_of(Lines server, std::string binding = {}) {
    World world{.inside_tls = true,
                .user = "user",
                .password = "pencil",
                .server = {"220 mx\r\n"},
                .scram = {.binding = std::move(binding)}};
    world.server.insert(world.server.end(), server.begin(), server.end());
    return world;
}

std::string first_message(std::string_view mechanism, std::string_view header) {
    return "secret AUTH " + std::string{mechanism} + " " +
           base64(std::string{header} + "n=user,r=rOprNGfwEbeRWgbNEkqO") + "/\n";
}

TEST(ClientScramOverSmtp, BothSidesProveThemselvesBeforeMail) {
    const auto seen = play_cut(
        world_of({kEhlo, challenge(kServerFirst), challenge(kServerFinal), "235 2.7.0 ok\r\n",
                  "250 ok\r\n", "250 ok\r\n", "354 go\r\n", "250 kept\r\n"}));
    EXPECT_TRUE(seen.sent.starts_with("EHLO us.example/\n" + first_message("SCRAM-SHA-256", "n,,") +
                                      "secret " + base64(kClientFinal) + "/\nsecret /\nMAIL"))
        << seen.sent;
    EXPECT_EQ(seen.results(), "completed +250");
    EXPECT_EQ(seen.finished.mechanism, "SCRAM-SHA-256");
}

TEST(ClientScramOverSmtp, WhatBindsIsPreferredAndTheFlagSaysWhyElse) {
    struct Case {
        std::string ehlo, binding;
        Lines mechanisms;
        std::string sent;
    };
    const Case cases[] = {
        {kPlusEhlo, "tls-exporter", {}, first_message("SCRAM-SHA-256-PLUS", "p=tls-exporter,,")},
        {kPlusEhlo, "tls-unique", {}, first_message("SCRAM-SHA-256-PLUS", "p=tls-unique,,")},
        {kPlusEhlo, "", {}, first_message("SCRAM-SHA-256", "n,,")},
        {kEhlo, "tls-exporter", {}, first_message("SCRAM-SHA-256", "y,,")},
        {kPlusEhlo, "tls-exporter", {"SCRAM-SHA-256"}, first_message("SCRAM-SHA-256", "n,,")},
        {kPlusEhlo, "tls-exporter", {"PLAIN"}, "secret AUTH PLAIN AHVzZXIAcGVuY2ls/\n"},
    };
    for (const auto& c : cases) {
        auto world = world_of({c.ehlo}, c.binding);
        world.scram.mechanisms = c.mechanisms;
        EXPECT_EQ(play(world).sent, "EHLO us.example/\n" + c.sent);
    }
}

TEST(ClientScramOverSmtp, security_13_NoServerGetsAMessageThatHasNotProvenItself) {
    const auto first = challenge(kServerFirst), last = challenge(kServerFinal);
    const std::string rounds = "r=rOprNGfwEbeRWgbNEkqO%hv,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=";
    struct Case {
        std::string_view why;
        Lines server;
        std::string results;
    };
    const Case cases[] = {
        {"235 at once", {"235 ok\r\n"}, "server_unproven ~451(ours)"},
        {"235 before its proof", {first, "235 ok\r\n"}, "server_unproven ~451(ours)"},
        {"its proof in the 235",
         {first, "235 " + base64(kServerFinal) + "\r\n"},
         "server_unproven ~451(ours)"},
        {"a proof of another password",
         {first, challenge("v=" + base64(std::string(32, 'x')))},
         "server_unproven ~451(ours)"},
        {"a record of another exchange",
         {challenge("r=another-nonce-altogether,s=W22Z,i=4096")},
         "server_unproven ~451(ours)"},
        {"another word behind the proof", {first, last, last}, "auth_refused ~451(ours)"},
        {"too few rounds", {challenge(rounds + "4095")}, "auth_refused ~451(ours)"},
        {"too many rounds", {challenge(rounds + "4000000000")}, "auth_refused ~451(ours)"},
        {"refused within the exchange",
         {first, challenge("e=invalid-proof")},
         "auth_refused ~451(ours)"},
        {"refused by a reply", {first, "535 5.7.8 no\r\n"}, "auth_refused ~535"},
        {"refused behind its own proof", {first, last, "535 5.7.8 no\r\n"}, "auth_refused ~535"},
        {"an empty challenge", {"334 \r\n"}, "auth_refused ~451(ours)"},
        {"an extension that must be understood",
         {challenge("m=x," + kServerFirst)},
         "auth_refused ~451(ours)"},
        {"no base 64", {"334 r=x\r\n"}, "auth_refused ~451(ours)"},
        {"two challenges at once", {first + last}, "auth_refused ~451(ours)"},
        {"gone", {first, "421 bye\r\n"}, "refused ~421"},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.why);
        Lines server{kEhlo};
        server.insert(server.end(), c.server.begin(), c.server.end());
        const auto seen = play(world_of(std::move(server)));
        EXPECT_EQ(seen.results(), c.results);
        EXPECT_EQ(seen.sent.find("MAIL"), std::string::npos);
    }
}

TEST(ClientScramOverSmtp, WhyAServerIsNotBelievedIsSaid) {
    const auto seen = play(world_of({kEhlo, "235 ok\r\n"}));
    EXPECT_EQ(seen.finished.recipients[0].reply.text(),
              "451 4.7.0 the next hop did not prove that it knows the password, so it may be "
              "another than it says; nothing was sent");
}

TEST(ClientScramOverSmtp, WhereNobodyHasTimeToSaltThePasswordTheMessageWaits) {
    auto world = world_of({kEhlo, challenge(kServerFirst)});
    world.scram.too_busy = true;
    EXPECT_EQ(play(world).results(), "auth_unavailable ~451(ours)");
}

TEST(ClientScramOverSmtp, security_05_AProofNeverGoesOutInTheClear) {
    auto world = world_of({kEhlo});
    world.inside_tls = false;
    for (const auto tls : {TlsPolicy::none, TlsPolicy::opportunistic}) {
        world.tls = tls;
        const auto seen = play_cut(world);
        EXPECT_EQ(seen.results(), "auth_unavailable ~451(ours)");
        EXPECT_EQ(seen.sent, "EHLO us.example/\nQUIT/\n");
    }
}

}  // namespace
}  // namespace signet::smtp
