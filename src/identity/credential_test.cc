#include "identity/credential.h"

#include <gtest/gtest.h>

namespace signet::identity {
namespace {

using namespace std::chrono_literals;
constexpr WallTime kNow{std::chrono::days{20'000}};

TEST(Credential, EndsWhenItIsRevokedOverOrUnusedForTooLong) {
    Credential one{.id = "a"};
    one.created = kNow - std::chrono::days{40};
    EXPECT_TRUE(one.stands(kNow));
    one.state = CredentialState::revoked;
    EXPECT_FALSE(one.stands(kNow));
    one.state = CredentialState::active;
    one.expires = kNow;
    EXPECT_FALSE(one.stands(kNow));
    EXPECT_TRUE(one.stands(kNow - 1us));
    one.expires = {};
    one.idle_limit = std::chrono::days{30};
    EXPECT_FALSE(one.stands(kNow)) << "never used since it was made";
    one.last_use = {kNow - std::chrono::days{29}, {}, {}, {}};
    EXPECT_TRUE(one.stands(kNow));
    one.last_use->time = kNow - std::chrono::days{30};
    EXPECT_FALSE(one.stands(kNow));
    one.created = kNow - 1h;
    EXPECT_TRUE(one.stands(kNow)) << "made anew after it was used";
}

TEST(Credential, HasOneVerifierOfAKind) {
    Credential one{.id = "a"};
    one.set_verifier(sasl::ProofKind::scram_sha256, "SCRAM-SHA-256$1");
    one.set_verifier(sasl::ProofKind::scram_sha1, "SCRAM-SHA-1$1");
    one.set_verifier(sasl::ProofKind::scram_sha256, "SCRAM-SHA-256$2");
    EXPECT_EQ(one.verifiers.size(), 2u);
    EXPECT_EQ(one.verifier(sasl::ProofKind::scram_sha256), "SCRAM-SHA-256$2");
    EXPECT_EQ(one.verifier(sasl::ProofKind::scram_sha1), "SCRAM-SHA-1$1");
    EXPECT_EQ(one.verifier(sasl::ProofKind::cram_md5), "");
    one.set_verifier(sasl::ProofKind::scram_sha1, "");
    EXPECT_EQ(one.verifiers.size(), 1u);
}

TEST(Credential, HasNamesForItsKinds) {
    for (const auto kind : {CredentialKind::password, CredentialKind::app_password,
                            CredentialKind::certificate, CredentialKind::token}) {
        EXPECT_EQ(parse_credential_kind(name(kind)), kind);
    }
    EXPECT_FALSE(parse_credential_kind("Password"));
    EXPECT_TRUE(is_credential_id("password"));
    EXPECT_TRUE(is_credential_id("k7m2-qd4x"));
    for (const auto& bad :
         {std::string{}, std::string{"A"}, std::string{"a b"}, std::string(27, 'a')})
        EXPECT_FALSE(is_credential_id(bad)) << bad;
}

}  // namespace
}  // namespace signet::identity
