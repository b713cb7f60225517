#include "oauth/client_assertion.h"

#include "base/base64.h"
#include "base/text.h"
#include "crypto/x509.h"
#include "oauth/json.h"
#include "oauth/jws.h"

#include <gtest/gtest.h>

namespace signet::oauth {
namespace {

constexpr WallTime kNow{std::chrono::seconds{1'795'500'000}};

crypto::SigningKey key_of(crypto::KeyKind kind) {
    const auto ca = crypto::make_ca("test", kNow, std::chrono::days{10});
    const auto pair =
        crypto::issue_server_certificate(*ca, {"client.test"}, kNow, std::chrono::days{5}, kind);
    return *crypto::SigningKey::read(pair->certificate_pem, pair->key_pem.reveal());
}

TEST(ClientAssertion, says_who_we_are_to_whom_and_for_how_long) {
    for (const auto kind : {crypto::KeyKind::rsa, crypto::KeyKind::ecdsa}) {
        const auto key = key_of(kind);
        const auto assertion = client_assertion(key, {.client = "cli\"ent",
                                                      .audience = "https://idp.test/token",
                                                      .id = "once",
                                                      .now = kNow});
        const auto jws = read_jws(assertion.reveal());
        ASSERT_TRUE(jws);
        EXPECT_EQ(jws->algorithm, key.algorithm());
        EXPECT_EQ(jws->type, "JWT");
        const auto claims = read_claims(*jws);
        ASSERT_TRUE(claims);
        EXPECT_EQ(text_of(*claims, "iss"), "cli\"ent");
        EXPECT_EQ(text_of(*claims, "sub"), "cli\"ent");
        EXPECT_EQ(text_of(*claims, "aud"), "https://idp.test/token");
        EXPECT_EQ(text_of(*claims, "jti"), "once");
        EXPECT_EQ(claims->find("iat")->integer(), 1'795'500'000);
        EXPECT_EQ(claims->find("exp")->integer(), 1'795'500'300);
        const auto header = read_json(*unbase64url(split(assertion.reveal(), '.')[0]));
        EXPECT_EQ(text_of(*header, "x5t#S256"), base64url(key.thumbprint()));
    }
}

}  // namespace
}  // namespace signet::oauth
