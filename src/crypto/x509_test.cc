#include "crypto/x509.h"

#include <gtest/gtest.h>
#include <openssl/pem.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include <memory>

namespace signet::crypto {
namespace {

using std::chrono::days;

constexpr WallTime kNow{std::chrono::seconds{1'795'500'000}};
const std::vector<std::string> kNames{"localhost", "127.0.0.1", "::1"};

using Certificate = std::unique_ptr<X509, decltype([](X509* owned) { X509_free(owned); })>;
using Store = std::unique_ptr<X509_STORE, decltype([](X509_STORE* s) { X509_STORE_free(s); })>;
using Context =
    std::unique_ptr<X509_STORE_CTX, decltype([](X509_STORE_CTX* c) { X509_STORE_CTX_free(c); })>;

Certificate read(const std::string& pem) {
    const std::unique_ptr<BIO, decltype([](BIO* owned) { BIO_free(owned); })> in{
        BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()))};
    return Certificate{PEM_read_bio_X509(in.get(), nullptr, nullptr, nullptr)};
}

// As a TLS client judges: chain, purpose and dates.
int verify(const CertifiedKey& ca, const CertifiedKey& leaf, WallTime at) {
    const auto root = read(ca.certificate_pem), certificate = read(leaf.certificate_pem);
    const Store store{X509_STORE_new()};
    X509_STORE_add_cert(store.get(), root.get());
    const Context context{X509_STORE_CTX_new()};
    X509_STORE_CTX_init(context.get(), store.get(), certificate.get(), nullptr);
    X509_STORE_CTX_set_purpose(context.get(), X509_PURPOSE_SSL_SERVER);
    X509_VERIFY_PARAM* const rules = X509_STORE_CTX_get0_param(context.get());
    X509_VERIFY_PARAM_set_time(
        rules, std::chrono::floor<std::chrono::seconds>(at).time_since_epoch().count());
    X509_VERIFY_PARAM_set_flags(rules, X509_V_FLAG_X509_STRICT);
    X509_verify_cert(context.get());
    return X509_STORE_CTX_get_error(context.get());
}

CertifiedKey a_ca() { return make_ca("Signet development CA", kNow, days{365}).value(); }

TEST(X509, AClientThatTrustsTheCaTrustsTheServer) {
    const auto ca = a_ca();
    const auto server = issue_server_certificate(ca, kNames, kNow, days{90});
    ASSERT_TRUE(server);
    EXPECT_EQ(verify(ca, *server, kNow), X509_V_OK);
    EXPECT_EQ(verify(ca, *server, kNow - std::chrono::minutes{59}), X509_V_OK);
    EXPECT_EQ(verify(ca, *server, kNow - days{1}), X509_V_ERR_CERT_NOT_YET_VALID);
    EXPECT_EQ(verify(ca, *server, kNow + days{91}), X509_V_ERR_CERT_HAS_EXPIRED);
    EXPECT_NE(verify(a_ca(), *server, kNow), X509_V_OK) << "another CA of the same name";
}

TEST(X509, EveryNameAskedForIsAnAlternativeName) {
    const auto server = issue_server_certificate(a_ca(), kNames, kNow, days{90});
    const auto certificate = read(server->certificate_pem);
    EXPECT_EQ(X509_check_host(certificate.get(), "localhost", 0, 0, nullptr), 1);
    EXPECT_EQ(X509_check_ip_asc(certificate.get(), "127.0.0.1", 0), 1);
    EXPECT_EQ(X509_check_ip_asc(certificate.get(), "::1", 0), 1);
    EXPECT_EQ(X509_check_host(certificate.get(), "example.com", 0, 0, nullptr), 0);
    EXPECT_EQ(X509_check_ip_asc(certificate.get(), "127.0.0.2", 0), 0);
}

TEST(X509, AServerCertificateCannotIssueAnother) {
    const auto server = issue_server_certificate(a_ca(), kNames, kNow, days{90});
    const auto more = issue_server_certificate(*server, kNames, kNow, days{90});
    ASSERT_FALSE(more);
    EXPECT_EQ(more.error(), CertificateFault::bad_ca);
}

TEST(X509, ACaThatIsNoneIsRefused) {
    const auto good = a_ca(), other = a_ca();
    struct Case {
        std::string what, certificate, key;
    };
    const Case cases[] = {
        {"empty", "", ""},
        {"key of another", good.certificate_pem, std::string{other.key_pem.reveal()}},
        {"no key", good.certificate_pem, ""},
        {"cut short", good.certificate_pem.substr(0, 200), std::string{good.key_pem.reveal()}},
        {"an encrypted key", good.certificate_pem,
         "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n"},
    };
    for (const auto& c : cases) {
        const CertifiedKey ca{c.certificate, Secret::copy_of(c.key)};
        const auto made = issue_server_certificate(ca, kNames, kNow, days{1});
        ASSERT_FALSE(made) << c.what;
        EXPECT_EQ(made.error(), CertificateFault::bad_ca) << c.what;
    }
}

TEST(X509, NamesThatAreNoNamesAreRefused) {
    const auto ca = a_ca();
    const std::vector<std::vector<std::string>> cases = {
        {},
        {""},
        {"localhost", "a b"},
        {"a,DNS:evil.example"},
        {"-a.example"},
        {"a..example"},
        {std::string("local\0host", 10)},
        {std::string(64, 'a') + ".example"},
        {"*"},
    };
    for (const auto& names : cases) {
        const auto made = issue_server_certificate(ca, names, kNow, days{1});
        ASSERT_FALSE(made) << testing::PrintToString(names);
        EXPECT_EQ(made.error(), CertificateFault::bad_name);
    }
    EXPECT_EQ(make_ca("", kNow, days{1}).error(), CertificateFault::bad_name);
    EXPECT_EQ(make_ca(std::string(65, 'a'), kNow, days{1}).error(), CertificateFault::bad_name);
    EXPECT_TRUE(issue_server_certificate(ca, {"*.example.com", "a.example"}, kNow, days{1}));
}

TEST(X509, TwoCertificatesNeverShareKeyOrSerial) {
    const auto ca = a_ca();
    const auto one = issue_server_certificate(ca, kNames, kNow, days{1});
    const auto two = issue_server_certificate(ca, kNames, kNow, days{1});
    EXPECT_NE(one->key_pem.reveal(), two->key_pem.reveal());
    const auto a = read(one->certificate_pem), b = read(two->certificate_pem);
    EXPECT_NE(ASN1_INTEGER_cmp(X509_get0_serialNumber(a.get()), X509_get0_serialNumber(b.get())),
              0);
}

}  // namespace
}  // namespace signet::crypto
