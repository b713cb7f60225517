#include "settings/tls_safety.h"

#include <gtest/gtest.h>

namespace signet::settings {
namespace {

using namespace std::chrono_literals;

constexpr WallTime kNow{1'700'000'000s};

CertificateFact certificate(std::string section, std::vector<std::string> names,
                            std::string kind = "ECDSA") {
    return {.section = section,
            .path = "/" + section + ".pem",
            .trouble = {},
            .shown = {std::move(names), std::move(kind)},
            .not_before = kNow - 24h,
            .not_after = kNow + 24h};
}

std::string codes_of(TlsFacts facts) {
    Snapshot settings;
    settings.hostname = "mail.example";
    facts.now = kNow;
    std::string codes;
    for (const auto& problem : judge_tls(settings, {}, facts)) {
        codes += (codes.empty() ? "" : " ") + problem.code;
    }
    return codes;
}

TEST(JudgeTls, certificates_are_judged_one_by_one_and_together) {
    const auto good = certificate("tls", {"mail.example"});
    EXPECT_EQ(codes_of({.certificates = {good}, .ciphers = {}}), "");
    EXPECT_EQ(codes_of({.certificates = {certificate("tls", {"*.example"})}, .ciphers = {}}), "");
    EXPECT_EQ(codes_of({.certificates = {certificate("tls", {"other.example"})}, .ciphers = {}}),
              "W0334");

    auto broken = good;
    broken.trouble = "key k does not belong to certificate c";
    EXPECT_EQ(codes_of({.certificates = {broken}, .ciphers = {}}), "E0322");

    auto ended = good;
    ended.not_after = kNow;
    EXPECT_EQ(codes_of({.certificates = {ended}, .ciphers = {}}), "E0323");
    ended.in_force = true;
    EXPECT_EQ(codes_of({.certificates = {ended}, .ciphers = {}}), "W0335");
    auto early = good;
    early.not_before = kNow + 1h;
    EXPECT_EQ(codes_of({.certificates = {early}, .ciphers = {}}), "E0323");

    EXPECT_EQ(
        codes_of({.certificates = {good, certificate("certificate[0]", {"mail.example"}, "RSA")},
                  .ciphers = {}}),
        "");
    EXPECT_EQ(codes_of({.certificates = {good, certificate("certificate[0]", {"mail.example"})},
                        .ciphers = {}}),
              "E0325");
    EXPECT_EQ(codes_of({.certificates = {good, certificate("certificate[0]",
                                                           {"mail.example", "b.example"})},
                        .ciphers = {}}),
              "W0334");
    EXPECT_EQ(codes_of({.certificates = {good, certificate("certificate[0]", {})}, .ciphers = {}}),
              "E0325");
}

TEST(JudgeTls, security_05_ciphers_that_protect_nothing_are_errors_and_weak_ones_are_named) {
    const auto with = [](CipherFact fact) {
        fact.setting = "tls.ciphers";
        return codes_of(
            {.certificates = {certificate("tls", {"mail.example"})}, .ciphers = {std::move(fact)}});
    };
    EXPECT_EQ(with({.unusable = "none is left", .key_kinds = {}}), "E0320");
    EXPECT_EQ(with({.forbidden = {"NULL-MD5"}, .key_kinds = {"ECDSA"}}), "E0321");
    EXPECT_EQ(with({.weak = {"AES256-SHA"}, .key_kinds = {"ECDSA", "RSA"}}), "W0333");
    EXPECT_EQ(with({.key_kinds = {"RSA"}}), "E0324");
    EXPECT_EQ(with({.weak = {"AES256-SHA"}, .key_kinds = {"RSA"}, .matters = false}), "");
}

}  // namespace
}  // namespace signet::settings
