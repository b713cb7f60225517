#include "oauth/metadata.h"

#include <gtest/gtest.h>

namespace signet::oauth {
namespace {

// OpenID Connect Discovery 1.0 §4.1, RFC 8414 §3.1.
TEST(Metadata, the_document_is_where_either_standard_has_it) {
    struct Case {
        std::string issuer, openid, oauth;
    };
    const Case cases[] = {
        {"https://example.com", "https://example.com/.well-known/openid-configuration",
         "https://example.com/.well-known/oauth-authorization-server"},
        {"https://example.com/", "https://example.com/.well-known/openid-configuration",
         "https://example.com/.well-known/oauth-authorization-server"},
        {"https://example.com/issuer1",
         "https://example.com/issuer1/.well-known/openid-configuration",
         "https://example.com/.well-known/oauth-authorization-server/issuer1"},
        {"https://example.com:8443/realms/a/",
         "https://example.com:8443/realms/a/.well-known/openid-configuration",
         "https://example.com:8443/.well-known/oauth-authorization-server/realms/a"},
    };
    for (const auto& [issuer, openid, oauth] : cases) {
        const auto urls = metadata_urls(issuer);
        EXPECT_EQ(urls[0], openid);
        EXPECT_EQ(urls[1], oauth);
    }
}

TEST(Metadata, security_15_only_https_and_loopback_where_the_issuer_is_that) {
    for (const auto* url :
         {"https://a.example", "https://a.example:8443/x?y=1", "https://[::1]/"}) {
        EXPECT_TRUE(is_https(url)) << url;
        EXPECT_TRUE(may_lead_to("https://login.example", url));
    }
    for (const auto* url :
         {"", "http://a.example", "file:///etc/passwd", "https://", "https:///x", "https://:443",
          "https://user@a.example", "https://user:pw@a.example/", "https://a.example/#x",
          "https://a.example/ x", "https://a.example\r\nHost: b", "ftp://a.example", "HTTPS//a",
          "https:/a.example", "//a.example", "https://a\\b.example", "data:,x"}) {
        EXPECT_FALSE(is_https(url)) << url;
        EXPECT_FALSE(may_lead_to("https://login.example", url)) << url;
    }
    for (const auto* url :
         {"http://127.0.0.1:8080/x", "http://[::1]:1", "http://localhost", "http://localhost/x"}) {
        EXPECT_TRUE(is_loopback_http(url)) << url;
        EXPECT_FALSE(may_lead_to("https://login.example", url)) << url;
        EXPECT_TRUE(may_lead_to("http://127.0.0.1:9000", url)) << url;
    }
    for (const auto* url : {"http://127.0.0.1.evil.example", "http://localhost.evil.example/",
                            "http://127.0.0.1@evil.example", "http://localhost:x",
                            "http://169.254.169.254/", "http://10.0.0.1", "http://127.0.0.2"}) {
        EXPECT_FALSE(is_loopback_http(url)) << url;
        EXPECT_FALSE(may_lead_to("http://127.0.0.1:9000", url)) << url;
    }
    EXPECT_FALSE(is_https("https://a.example/" + std::string(kUrlOctets, 'x')));
}

TEST(Metadata, what_an_issuer_says_of_itself_is_read) {
    const auto read = read_metadata(
        R"({"issuer":"https://login.example","jwks_uri":"https://keys.example/jwks",
            "introspection_endpoint":"https://login.example/introspect",
            "token_endpoint":"https://login.example/token","scopes_supported":["openid"]})",
        "https://login.example");
    ASSERT_TRUE(read) << read.error();
    EXPECT_EQ(read->jwks_uri, "https://keys.example/jwks");
    EXPECT_EQ(read->introspection_endpoint, "https://login.example/introspect");
    EXPECT_EQ(read->token_endpoint, "https://login.example/token");
    EXPECT_EQ(read->device_authorization_endpoint, "");
}

TEST(Metadata, security_15_a_document_that_leads_astray_is_refused) {
    const auto document = [](std::string_view issuer, std::string_view keys) {
        return R"({"issuer":")" + std::string{issuer} + R"(","jwks_uri":")" + std::string{keys} +
               "\"}";
    };
    constexpr std::string_view kIssuer = "https://login.example", kKeys = "https://a.example/k";
    EXPECT_TRUE(read_metadata(document(kIssuer, kKeys), kIssuer));
    for (const auto& text :
         {document("https://login.example/", kKeys), document("https://LOGIN.example", kKeys),
          document("https://evil.example", kKeys), document("", kKeys),
          document(kIssuer, "http://a.example/k"), document(kIssuer, "file:///etc/shadow"),
          document(kIssuer, "http://169.254.169.254/latest"), document(kIssuer, "/keys"),
          document(kIssuer, "http://127.0.0.1/k"), std::string{"[]"}, std::string{"{"},
          std::string{R"({"issuer":"https://evil.example","issuer":"https://login.example",)"
                      R"("jwks_uri":"https://a.example/k"})"},
          std::string{R"({"issuer":"https://login.example","jwks_uri":"https://a.example/k",)"
                      R"("introspection_endpoint":"http://a.example/i"})"},
          std::string{"<html>"}, std::string(kMetadataOctets + 1, ' ')}) {
        const auto read = read_metadata(text, kIssuer);
        ASSERT_FALSE(read) << text.substr(0, 100);
        EXPECT_TRUE(read.error().ends_with(".")) << read.error();
    }
    EXPECT_TRUE(read_metadata(document("http://127.0.0.1:9", "http://127.0.0.1:9/k"),
                              "http://127.0.0.1:9"));
}

}  // namespace
}  // namespace signet::oauth
