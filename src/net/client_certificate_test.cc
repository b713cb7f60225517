// What a server learns of the certificate that a client shows, and that it never needs one.
#include "crypto/client_certificate_maker.h"
#include "net/certificate_files.h"
#include "net/system_clock.h"
#include "net/system_entropy.h"
#include "net/test_ca.h"
#include "net/tls_pair.h"

#include <gtest/gtest.h>
#include <openssl/ssl.h>
#include <openssl/core_names.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>

#include <array>

namespace signet::net {
namespace {

using crypto::CertifiedKey;
using crypto::make_client;
using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;

class ClientCertificates : public testing::Test {
protected:
    std::shared_ptr<const TlsServerContext> server(bool ask = true,
                                                   std::vector<std::string> authorities = {}) {
        const auto files = ca_.issue("localhost");
        return TlsServerContext::make(
            {.certificates = {load_certificate({files.certificate, files.key}).value()},
             .ticket_keys = std::make_shared<TicketKeys>(clock_, entropy_, std::chrono::hours{1}),
             .ask_for_certificate = ask,
             .authorities = std::move(authorities)});
    }
    CertifiedKey make(const crypto::ClientSpec& spec = {}, const CertifiedKey* by = nullptr) {
        return make_client(spec, by, clock_.wall());
    }
    ClientContext client(int version, const CertifiedKey* one = nullptr,
                         const CertifiedKey* between = nullptr) {
        auto made = tls_client(version);
        if (one == nullptr) return made;
        const auto certificate = ca_.write(
            "client.pem", one->certificate_pem + (between ? between->certificate_pem : ""));
        const auto key = ca_.write("client.key", std::string{one->key_pem.reveal()});
        EXPECT_EQ(SSL_CTX_use_certificate_chain_file(made.get(), certificate.c_str()), 1);
        EXPECT_EQ(SSL_CTX_use_PrivateKey_file(made.get(), key.c_str(), SSL_FILETYPE_PEM), 1);
        return made;
    }
    static std::string leaf_of(const TlsPair& pair) {
        const auto shown = pair.server->info().certificate;
        return shown ? shown->leaf : "none";
    }

    SystemClock clock_;
    SystemEntropy entropy_;
    TestCa ca_;
};

constexpr std::array kVersions{TLS1_2_VERSION, TLS1_3_VERSION};

TEST_F(ClientCertificates, AreTakenAsTheyCome) {
    const auto root = make({.common_name = "Root", .authority = true});
    const auto between = make({.common_name = "Between", .authority = true}, &root);
    const auto ann = make({}, &between);
    for (const int version : kVersions) {
        const auto context = server();
        const auto from = client(version, &ann, &between);
        TlsPair pair{*context, from.get()};
        ASSERT_TRUE(pair.shake());
        EXPECT_EQ(leaf_of(pair), crypto::der_of(ann.certificate_pem));
        const auto shown = pair.server->info().certificate;
        ASSERT_EQ(shown->chain.size(), 1u);
        EXPECT_EQ(shown->chain.front(), crypto::der_of(between.certificate_pem));
    }
}

TEST_F(ClientCertificates, WhoHasNoneIsServedAndOneThatNobodyTrustsToo) {
    const auto stranger = make({.usage = "serverAuth", .valid = -std::chrono::days{1}});
    for (const int version : kVersions) {
        const auto context = server();
        const auto without = client(version);
        TlsPair none{*context, without.get()};
        ASSERT_TRUE(none.shake());
        EXPECT_EQ(leaf_of(none), "none");
        const auto with = client(version, &stranger);
        TlsPair other{*context, with.get()};
        ASSERT_TRUE(other.shake()) << other.server->error();
        EXPECT_EQ(leaf_of(other), crypto::der_of(stranger.certificate_pem));
    }
}

TEST_F(ClientCertificates, NobodyIsAskedUnlessItIsWanted) {
    const auto ann = make();
    for (const int version : kVersions) {
        const auto context = server(false);
        const auto from = client(version, &ann);
        TlsPair pair{*context, from.get()};
        ASSERT_TRUE(pair.shake());
        EXPECT_EQ(leaf_of(pair), "none");
    }
}

// The public half of one key and the private half of another: what somebody has who has only seen a
// certificate.
Key half_of_each(const CertifiedKey& seen, const CertifiedKey& own) {
    const auto read = [](const CertifiedKey& one) {
        const std::unique_ptr<BIO, decltype(&BIO_free_all)> in{
            BIO_new_mem_buf(one.key_pem.reveal().data(),
                            static_cast<int>(one.key_pem.reveal().size())),
            &BIO_free_all};
        return Key{PEM_read_bio_PrivateKey(in.get(), nullptr, nullptr, nullptr), &EVP_PKEY_free};
    };
    const auto open = read(seen), secret = read(own);
    std::array<unsigned char, 200> point{};
    std::size_t size = 0;
    EVP_PKEY_get_octet_string_param(open.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size(),
                                    &size);
    BIGNUM* number = nullptr;
    EVP_PKEY_get_bn_param(secret.get(), OSSL_PKEY_PARAM_PRIV_KEY, &number);
    auto* parts = OSSL_PARAM_BLD_new();
    OSSL_PARAM_BLD_push_utf8_string(parts, OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1", 0);
    OSSL_PARAM_BLD_push_octet_string(parts, OSSL_PKEY_PARAM_PUB_KEY, point.data(), size);
    OSSL_PARAM_BLD_push_BN(parts, OSSL_PKEY_PARAM_PRIV_KEY, number);
    auto* params = OSSL_PARAM_BLD_to_param(parts);
    auto* context = EVP_PKEY_CTX_new_from_name(nullptr, "EC", nullptr);
    EVP_PKEY* made = nullptr;
    EVP_PKEY_fromdata_init(context);
    EXPECT_EQ(EVP_PKEY_fromdata(context, &made, EVP_PKEY_KEYPAIR, params), 1);
    EVP_PKEY_CTX_free(context);
    OSSL_PARAM_free(params);
    OSSL_PARAM_BLD_free(parts);
    BN_clear_free(number);
    return {made, &EVP_PKEY_free};
}

// A certificate is public: whoever shows it must have its key.
TEST_F(ClientCertificates, security_18_a_certificate_without_its_key_ends_the_handshake) {
    const auto ann = make(), eve = make();
    const auto forged = half_of_each(ann, eve);
    const auto certificate = ca_.write("ann.pem", ann.certificate_pem);
    for (const int version : kVersions) {
        const auto context = server();
        const auto from = tls_client(version);
        ASSERT_EQ(SSL_CTX_use_certificate_chain_file(from.get(), certificate.c_str()), 1);
        ASSERT_EQ(SSL_CTX_use_PrivateKey(from.get(), forged.get()), 1);
        TlsPair pair{*context, from.get()};
        EXPECT_FALSE(pair.shake());
        EXPECT_FALSE(pair.server->established());
        EXPECT_EQ(pair.server->error(), "bad signature") << version;
    }
}

// What a session was when it began, may have been taken back since: who has a certificate shows it
// again.
TEST_F(ClientCertificates, ASessionWithOneIsNeverResumed) {
    const auto ann = make();
    for (const int version : kVersions) {
        const auto context = server();
        for (const auto* one : {&ann, static_cast<const CertifiedKey*>(nullptr)}) {
            const auto from = client(version, one);
            SSL_CTX_set_session_cache_mode(from.get(), SSL_SESS_CACHE_CLIENT);
            TlsPair first{*context, from.get()};
            ASSERT_TRUE(first.shake());
            (void)first.server->write("x");
            char octet = 0;
            (void)SSL_read(first.client, &octet, 1);
            SSL_shutdown(first.client);
            const std::unique_ptr<SSL_SESSION, decltype(&SSL_SESSION_free)> session{
                SSL_get1_session(first.client), &SSL_SESSION_free};
            TlsPair second{*context, from.get(), session.get()};
            ASSERT_TRUE(second.shake());
            EXPECT_EQ(second.server->info().resumed, one == nullptr) << version;
            EXPECT_EQ(leaf_of(second), leaf_of(first));
        }
    }
}

TEST_F(ClientCertificates, TheRequestNamesTheAuthorities) {
    const auto root = make({.common_name = "Root", .authority = true});
    const auto authorities = *crypto::ClientAuthorities::read(root.certificate_pem);
    for (const int version : kVersions) {
        const auto context = server(true, authorities->subjects());
        const auto from = client(version);
        static int named = 0;
        named = -1;
        SSL_CTX_set_client_cert_cb(from.get(), [](SSL* ssl, X509**, EVP_PKEY**) {
            named = sk_X509_NAME_num(SSL_get_client_CA_list(ssl));
            return 0;
        });
        TlsPair pair{*context, from.get()};
        ASSERT_TRUE(pair.shake());
        EXPECT_EQ(named, 1) << version;
    }
}

}  // namespace
}  // namespace signet::net
